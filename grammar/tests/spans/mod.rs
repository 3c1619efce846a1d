//! Holds the spans of a parsed text against the text.

/// Parses: every span of the tree and of what was found lies in the text, on whole characters.
pub(crate) fn check(text: &str) {
    let parsed = migc_grammar::parse(text);
    let within = |start: usize, end: usize| {
        assert!(start <= end && end <= text.len(), "{start}..{end} of {}", text.len());
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{start}..{end} in {text:?}");
    };
    for d in &parsed.diagnostics {
        within(d.span.start as usize, d.span.end as usize);
        for (span, _) in &d.also {
            within(span.start as usize, span.end as usize);
        }
        if let Some((span, _)) = d.help.as_ref().and_then(|h| h.edit.as_ref()) {
            within(span.start as usize, span.end as usize);
        }
    }
    // The tree has no walker; its debug form names every span.
    let shown = format!("{:?}", parsed.spec);
    for piece in shown.split("Span { start: ").skip(1) {
        let Some((start, rest)) = piece.split_once(", end: ") else { continue };
        let Some((end, _)) = rest.split_once(" }") else { continue };
        if let (Ok(start), Ok(end)) = (start.parse(), end.parse()) {
            within(start, end);
        }
    }
}
