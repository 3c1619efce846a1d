//! What happens to the records of one block.

use std::mem::{swap, take};
use std::sync::PoisonError;

use migc_abi::Frame;
use migc_compiler::interp::Course;
use migc_compiler::plan::FateKind;
use migc_compiler::row;
use migc_functions::Value;
use migc_records::{Block, Broken, Cursor, Index, Run, Shape};

use crate::counts::Counts;
use crate::error::RunError;
use crate::located::Located;
use crate::records::{Job, Stop};
use crate::rejects::Filer;
use migc_compiler::uniques::Sighting;

/// A worker's state from block to block: everything is used again.
pub(crate) struct BlockWork<'j> {
    job: &'j Job<'j>,
    filer: Filer<'j>,
    frame: Option<Frame>,
    counts: Counts,
    /// One a stream of the sink.
    buffers: Vec<Vec<u8>>,
}

impl<'j> BlockWork<'j> {
    pub(crate) fn new(job: &'j Job<'j>, filer: Filer<'j>, frame: Option<Frame>) -> BlockWork<'j> {
        let counts = Counts::new(job.program);
        BlockWork { job, filer, frame, counts, buffers: Vec::new() }
    }
    /// Exchanges the buffers with those of the caller.
    pub(crate) fn swap(&mut self, buffers: &mut Vec<Vec<u8>>) {
        swap(&mut self.buffers, buffers);
    }
    /// What was counted.
    pub(crate) fn finish(mut self) -> Counts {
        if let Some(frame) = &self.frame {
            self.counts.cleaned.iter_mut().zip(&frame.host.cleaned).for_each(|(a, b)| *a += b);
            self.counts.add_totals(&frame.host.totals);
            if self.job.program.of_one().is_some() {
                // Native code counts every row where there may be several of a record.
                self.counts.rows.clone_from(&self.counts.loaded);
            }
        }
        self.counts
    }

    /// Works through a block in the order of its records, up to the one that stops the run, if one does.
    pub(crate) fn run(&mut self, block: &Block, index: &Index) -> Result<Option<Stop>, RunError> {
        self.filer.begin(block);
        self.counts.blocks += 1;
        let limit = self.job.limit.as_ref().filter(|stop| stop.seq == block.seq).map(|stop| stop.record);
        let within = |number: u32| limit.is_none_or(|last| number <= last);
        let mut broken = index.broken.iter().peekable();
        let (mut bytes, mut cursor) = (0, Cursor::new());
        for run in &index.runs {
            while let Some(b) = broken.next_if(|b| b.record < run.first_record) {
                bytes += self.length(block, &mut cursor, b.start, b.len);
                if within(b.record) {
                    self.broken(block, b)?;
                }
            }
            bytes += self.extent(block, index, run, &mut cursor);
            let mut run = *run;
            if let Some(last) = limit {
                run.records = run.records.min((last + 1).saturating_sub(run.first_record));
            }
            if run.records == 0 {
                continue;
            }
            if self.job.survey.is_some() {
                self.survey(block, index, &run)?;
                continue;
            }
            for (part, fate) in self.parts(block, index, &run)? {
                let stopped = match (fate, self.frame.take()) {
                    (Some(fate), frame) => {
                        self.frame = frame;
                        self.banned(block, index, &part, fate)?;
                        None
                    }
                    (None, Some(mut frame)) => {
                        let result = self.native(&mut frame, block, index, &part);
                        self.frame = Some(frame);
                        result?
                    }
                    (None, None) => self.interpret(block, index, &part)?,
                };
                if stopped.is_some() {
                    return Ok(stopped);
                }
            }
        }
        for b in broken {
            bytes += self.length(block, &mut cursor, b.start, b.len);
            if within(b.record) {
                self.broken(block, b)?;
            }
        }
        self.account(block, index, bytes)?;
        Ok(None)
    }

    /// A run, cut at the records that meet a fate because of a key.
    fn parts(&self, block: &Block, index: &Index, run: &Run) -> Result<Vec<(Run, Option<usize>)>, RunError> {
        let range = (block.seq, run.first_record)..(block.seq, run.first_record + run.records);
        let (mut parts, mut from) = (Vec::new(), 0);
        let part = |from: u32, to: u32| -> Result<Run, RunError> {
            let start = if from == 0 { run.start } else { self.locate(block, index, run, from)?.start };
            Ok(Run {
                start,
                first_position: run.first_position + from as usize * index.stride(),
                records: to - from,
                first_record: run.first_record + from,
            })
        };
        for ((_, record), fate) in self.job.banned.range(range) {
            let item = record - run.first_record;
            if item > from {
                parts.push((part(from, item)?, None));
            }
            parts.push((part(item, item + 1)?, Some(*fate)));
            from = item + 1;
        }
        if from < run.records {
            parts.push((part(from, run.records)?, None));
        }
        Ok(parts)
    }

    /// Files the one record of a run whose key stands elsewhere.
    fn banned(&mut self, block: &Block, index: &Index, run: &Run, fate: usize) -> Result<(), RunError> {
        let job = self.job;
        let record = self.locate(block, index, run, 0)?;
        let mut inputs = Vec::with_capacity(job.program.inputs.len());
        record.inputs(&job.program.inputs, job.binding, &job.texts, job.interpreter, &mut inputs);
        let outcome = job.interpreter.banned(&inputs, &job.references, fate);
        self.counts.extracted += 1;
        self.counts.left(outcome.left.unwrap_or(fate), &outcome.courses);
        let bytes = self.filer.failed(block, &record, &outcome, &mut self.buffers[job.streams.rejects]);
        self.keep(block, bytes);
        Ok(())
    }

    /// Notes the keys of a run, and nothing else.
    fn survey(&mut self, block: &Block, index: &Index, run: &Run) -> Result<(), RunError> {
        let job = self.job;
        let mut seen = Vec::new();
        let mut see = |item: u32, key: u32, print: u128| {
            let record = run.first_record + item;
            seen.push(Sighting { file: job.number, seq: block.seq, record, key, print });
        };
        match self.frame.take() {
            Some(mut frame) => {
                frame.host.noting = true;
                self.call(&mut frame, block, index, run);
                frame.take_tally();
                frame.host.events.clear();
                job.streams.targets.iter().for_each(|stream| self.buffers[*stream].clear());
                frame.host.keys.drain(..).for_each(|k| see(k.item, k.key, k.print));
                self.frame = Some(frame);
            }
            None => {
                let mut inputs = Vec::new();
                for item in 0..run.records {
                    let record = self.locate(block, index, run, item)?;
                    record.inputs(&job.program.inputs, job.binding, &job.texts, job.interpreter, &mut inputs);
                    let outcome = job.interpreter.run(&inputs, &job.references);
                    outcome.keys.iter().for_each(|(key, print)| see(item, *key as u32, *print));
                }
            }
        }
        if let Some(all) = &job.survey {
            all.lock().unwrap_or_else(PoisonError::into_inner).append(&mut seen);
        }
        Ok(())
    }

    /// Calls native code on a run; its rows are then in the buffers.
    fn call(&mut self, frame: &mut Frame, block: &Block, index: &Index, run: &Run) {
        let Some(native) = &self.job.native else { return };
        let targets = &self.job.streams.targets;
        for (at, stream) in targets.iter().enumerate() {
            frame.begin(at, take(&mut self.buffers[*stream]));
        }
        frame.base = block.base();
        frame.positions = index.positions[run.first_position..].as_ptr();
        frame.items = u64::from(run.records);
        frame.start = u64::from(run.start);
        frame.file = self.job.file.pairs();
        frame.number = block.first_record + u64::from(run.first_record);
        native.run(frame);
        for (at, stream) in targets.iter().enumerate() {
            self.buffers[*stream] = frame.finish(at);
        }
    }

    /// Bytes of a piece of the text, in the file.
    fn length(&self, block: &Block, cursor: &mut Cursor, start: u32, len: u64) -> u64 {
        if block.is_plain() { len } else { cursor.place(block, start, len).len }
    }

    /// Bytes of a run, in the file. Between its records there may be blank lines where fields are found line by line.
    fn extent(&self, block: &Block, index: &Index, run: &Run, cursor: &mut Cursor) -> u64 {
        if index.shape == Shape::Spans {
            let extents = (0..run.records).filter_map(|item| index.extent(block, run, item));
            return extents.map(|(from, to)| self.length(block, cursor, from, u64::from(to - from))).sum();
        }
        let last = index.extent(block, run, run.records.saturating_sub(1));
        let end = last.map_or(run.start, |(_, end)| end);
        self.length(block, cursor, run.start, u64::from(end.saturating_sub(run.start)))
    }

    /// Every byte of the block is in a record, in a blank line or in a comment: counted apart, they must agree.
    fn account(&mut self, block: &Block, index: &Index, records: u64) -> Result<(), RunError> {
        let blank = block.covered().wrapping_sub(records);
        let lines = blank.wrapping_sub(index.comment_bytes);
        // A blank line is its line end alone, of one or two bytes; of more in other encodings.
        if block.is_plain() && (lines < index.blank_lines || lines > 2 * index.blank_lines) || blank > block.covered() {
            let what = format!(
                "block {} of {} has {} bytes, {records} of them in records and {} blank lines",
                block.seq,
                self.job.filing.file,
                block.covered(),
                index.blank_lines
            );
            return Err(RunError::Internal { what });
        }
        self.counts.record_bytes += records;
        self.counts.blank_bytes += blank;
        Ok(())
    }

    fn broken(&mut self, block: &Block, broken: &Broken) -> Result<(), RunError> {
        if self.job.survey.is_some() {
            return Ok(());
        }
        self.counts.extracted += 1;
        self.counts.broken(broken.fault);
        let streams = &self.job.streams;
        let bytes = self.filer.broken(block, broken, self.job.reader, &mut self.buffers[streams.rejects]);
        let bad = &mut self.buffers[streams.bad];
        let Some(held) = block.raw().get(bytes.clone()) else {
            let (offset, len) = (block.offset + bytes.start as u64, bytes.len() as u64);
            let failed = |error: std::io::Error| RunError::Internal { what: error.to_string() };
            return self.job.reader.copy(offset, len, bad).map_err(failed);
        };
        bad.extend_from_slice(held);
        bad.extend_from_slice(self.job.between);
        Ok(())
    }

    /// Keeps the bytes of a rejected record.
    fn keep(&mut self, block: &Block, bytes: std::ops::Range<usize>) {
        let bad = &mut self.buffers[self.job.streams.bad];
        bad.extend_from_slice(block.raw().get(bytes).unwrap_or_default());
        bad.extend_from_slice(self.job.between);
    }

    /// Runs native code over a run, then sees to what happened to single records.
    fn native(&mut self, frame: &mut Frame, block: &Block, index: &Index, run: &Run) -> Result<Option<Stop>, RunError> {
        let cleaned = frame.host.cleaned.clone();
        self.call(frame, block, index, run);
        self.counts.tally(&frame.take_tally());
        let by = |(slot, (now, before)): (usize, (&u64, &u64))| (now > before).then_some((slot, now - before));
        let rose: Vec<(usize, u64)> = frame.host.cleaned.iter().zip(&cleaned).enumerate().filter_map(by).collect();
        let mut events = take(&mut frame.host.events);
        let mut done = run.records;
        let mut stopped = None;
        for event in &events {
            let fate = event.fate as usize;
            let Some(kind) = self.job.program.fates.get(fate).map(|f| f.kind) else {
                return Err(RunError::Internal {
                    what: format!("native code named fate {fate}, which does not exist"),
                });
            };
            if matches!(kind, FateKind::Drop | FateKind::Warn | FateKind::Apart) {
                self.counts.fates[fate] += 1;
                continue;
            }
            let record = self.locate(block, index, run, event.item)?;
            let code = self.file(block, &record, Some(fate))?;
            if kind == FateKind::Abort {
                stopped = Some(self.stop(block, &record, code));
                done = event.item + 1;
                break;
            }
        }
        self.counts.extracted += u64::from(done);
        events.clear();
        frame.host.events = events;
        if !rose.is_empty() {
            self.sample(block, index, run, rose)?;
        }
        Ok(stopped)
    }

    /// Runs the interpreter over a run.
    fn interpret(&mut self, block: &Block, index: &Index, run: &Run) -> Result<Option<Stop>, RunError> {
        let job = self.job;
        let mut inputs: Vec<Value<'_>> = Vec::with_capacity(job.program.inputs.len());
        for item in 0..run.records {
            let record = self.locate(block, index, run, item)?;
            record.inputs(&job.program.inputs, job.binding, &job.texts, job.interpreter, &mut inputs);
            let outcome = job.interpreter.run(&inputs, &job.references);
            self.counts.extracted += 1;
            let Some(fate) = outcome.left else {
                let number = block.first_record + u64::from(record.number);
                job.samples.see(number, &inputs, &outcome);
                outcome.cleaned.iter().for_each(|slot| self.counts.cleaned[*slot] += 1);
                outcome.warnings.iter().for_each(|w| self.counts.fates[w.fate] += 1);
                for (branch, course) in outcome.courses.iter().enumerate() {
                    match course {
                        Course::Apart => self.counts.apart[branch] += 1,
                        Course::Dropped(fate) => self.counts.fates[*fate] += 1,
                        Course::Through => self.counts.loaded[branch] += 1,
                    }
                }
                for (place, value) in &outcome.measured {
                    self.counts.measured(*place, value);
                }
                for (at, values) in &outcome.rows {
                    self.counts.rows[*at] += 1;
                    let arrow = &job.arrows[*at];
                    row::record(&arrow.sink, arrow.outputs, values, &mut self.buffers[arrow.stream]);
                }
                continue;
            };
            self.counts.left(fate, &outcome.courses);
            let bytes = self.filer.failed(block, &record, &outcome, &mut self.buffers[job.streams.rejects]);
            self.keep(block, bytes);
            if job.program.fates[fate].kind == FateKind::Abort {
                let why = outcome.failures.into_iter().next().and_then(|f| f.message.or(f.reason));
                return Ok(Some(self.stop(block, &record, why)));
            }
        }
        Ok(None)
    }

    /// Files a rejected record with all its failures, as the interpreter finds them; gives the first one's message.
    fn file(&mut self, block: &Block, record: &Located<'_>, native: Option<usize>) -> Result<Option<String>, RunError> {
        let job = self.job;
        let mut inputs = Vec::with_capacity(job.program.inputs.len());
        record.inputs(&job.program.inputs, job.binding, &job.texts, job.interpreter, &mut inputs);
        let outcome = job.interpreter.run(&inputs, &job.references);
        if outcome.left != native {
            let said = |fate: Option<usize>| match fate.and_then(|f| job.program.fates.get(f).zip(job.filing.at.get(f)))
            {
                Some((fate, at)) => format!("{} (spec {at})", fate.code),
                None => "loaded".to_owned(),
            };
            return Err(RunError::Disagreement {
                source: job.filing.source.clone(),
                record: block.first_record + u64::from(record.number),
                native: said(native),
                interpreter: said(outcome.left),
            });
        }
        if let Some(fate) = outcome.left {
            self.counts.left(fate, &outcome.courses);
        }
        let bytes = self.filer.failed(block, record, &outcome, &mut self.buffers[job.streams.rejects]);
        self.keep(block, bytes);
        Ok(outcome.failures.into_iter().next().and_then(|f| f.message.or(f.reason)))
    }

    /// Shows records that cleaning changed, while there are samples to be had of the steps that changed something here;
    /// `rose` has their slots, and how often each did.
    #[cold]
    fn sample(&mut self, block: &Block, index: &Index, run: &Run, mut rose: Vec<(usize, u64)>) -> Result<(), RunError> {
        let job = self.job;
        let mut inputs = Vec::new();
        for item in 0..run.records {
            let record = self.locate(block, index, run, item)?;
            let number = block.first_record + u64::from(record.number);
            let open = job.samples.open(number);
            if !rose.iter().any(|(slot, left)| *left > 0 && open.contains(slot)) {
                break;
            }
            record.inputs(&job.program.inputs, job.binding, &job.texts, job.interpreter, &mut inputs);
            let outcome = job.interpreter.run(&inputs, &job.references);
            if outcome.left.is_none() {
                for (slot, left) in &mut rose {
                    *left = left.saturating_sub(u64::from(outcome.cleaned.contains(slot)));
                }
                job.samples.see(number, &inputs, &outcome);
            }
        }
        Ok(())
    }

    fn locate<'b>(&self, block: &'b Block, index: &'b Index, run: &Run, item: u32) -> Result<Located<'b>, RunError> {
        let found = (item < run.records).then(|| Located::new(block, index, run, item));
        found.flatten().ok_or_else(|| RunError::Internal {
            what: format!("record {item} of a run of {} in block {} cannot be found", run.records, block.seq),
        })
    }

    fn stop(&self, block: &Block, record: &Located<'_>, message: Option<String>) -> Stop {
        let number = block.first_record + u64::from(record.number);
        let why = message.unwrap_or_else(|| "the spec says abort".to_owned());
        let because = format!("stopped by record {number} of {}: {why}", self.job.filing.file);
        Stop { seq: block.seq, record: record.number, because }
    }
}
