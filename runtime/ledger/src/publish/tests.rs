use super::*;
use crate::testing::Scratch;

fn write(publication: &Publication, id: OutputId, text: &str) {
    io::Write::write_all(&mut &*publication.file(id).file, text.as_bytes()).unwrap();
}

#[test]
fn outputs_appear_together_at_the_end_and_only_then() {
    let scratch = Scratch::new();
    let (one, two) = (scratch.path("deep/er/one.csv"), scratch.path("two.csv"));
    let mut publication = Publication::new(false);
    let first = publication.create(&one, false).unwrap();
    let second = publication.create(&two, true).unwrap();
    write(&publication, first, "1");
    write(&publication, second, "2");
    assert!(!one.exists() && !two.exists());
    assert_eq!(publication.publish(true).unwrap().paths, [one.clone(), two.clone()]);
    assert_eq!((fs::read_to_string(one).unwrap(), fs::read_to_string(two).unwrap()), ("1".into(), "2".into()));
    assert_eq!(scratch.names(), ["deep", "two.csv"]);
}

#[test]
fn the_temporary_is_hidden_beside_its_final_place() {
    let scratch = Scratch::new();
    let mut publication = Publication::new(false);
    publication.create(&scratch.path("a.csv"), false).unwrap();
    assert_eq!(scratch.names(), [format!(".a.csv.migc-{}-partial", std::process::id())]);
}

#[test]
fn a_failed_run_publishes_its_rejects_alone() {
    let scratch = Scratch::new();
    let mut publication = Publication::new(false);
    publication.create(&scratch.path("rows.csv"), false).unwrap();
    publication.create(&scratch.path("rejects.jsonl"), true).unwrap();
    publication.publish(false).unwrap();
    assert_eq!(scratch.names(), ["rejects.jsonl"]);
}

#[test]
fn a_publication_that_is_dropped_leaves_nothing() {
    let scratch = Scratch::new();
    let mut publication = Publication::new(false);
    publication.create(&scratch.path("a.csv"), true).unwrap();
    drop(publication);
    assert!(scratch.names().is_empty());
}

#[test]
fn a_file_that_is_there_is_refused_by_name_with_the_option_that_replaces_it() {
    let scratch = Scratch::new();
    let path = scratch.path("a.csv");
    fs::write(&path, "old").unwrap();
    let message = Publication::new(false).create(&path, false).unwrap_err().to_string();
    assert!(message.contains("a.csv already exists") && message.contains("--force"), "{message}");
    assert_eq!(fs::read_to_string(path).unwrap(), "old");
}

#[test]
fn a_file_that_comes_during_the_run_is_not_replaced() {
    let scratch = Scratch::new();
    let path = scratch.path("a.csv");
    let mut publication = Publication::new(false);
    publication.create(&path, false).unwrap();
    fs::write(&path, "new").unwrap();
    assert!(matches!(publication.publish(true), Err(PublishError::Exists { .. })));
    assert_eq!(fs::read_to_string(path).unwrap(), "new");
    assert_eq!(scratch.names(), ["a.csv"]);
}

#[test]
fn force_replaces_at_the_end() {
    let scratch = Scratch::new();
    let path = scratch.path("a.csv");
    fs::write(&path, "old").unwrap();
    let mut publication = Publication::new(true);
    let id = publication.create(&path, false).unwrap();
    write(&publication, id, "new");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    publication.publish(true).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(scratch.names(), ["a.csv"]);
}

#[test]
fn what_was_renamed_is_taken_back_when_a_later_rename_fails() {
    let scratch = Scratch::new();
    let (one, two, three) = (scratch.path("1"), scratch.path("2"), scratch.path("3"));
    fs::write(&one, "old").unwrap();
    let mut publication = Publication::new(true);
    for path in [&one, &two, &three] {
        publication.create(path, false).unwrap();
    }
    fs::remove_file(beside(&three, "partial")).unwrap();
    let message = publication.publish(true).unwrap_err().to_string();
    assert!(message.contains("/3 cannot be put in its place"), "{message}");
    assert_eq!(fs::read_to_string(one).unwrap(), "old");
    assert_eq!(scratch.names(), ["1"]);
}

#[test]
fn a_device_or_a_directory_is_never_replaced() {
    for path in ["/dev/null", "/tmp"] {
        let error = Publication::new(true).create(Path::new(path), false).unwrap_err();
        assert!(matches!(error, PublishError::NotReplaceable { .. }), "{error}");
    }
}

#[test]
fn one_path_for_two_outputs_is_refused() {
    let scratch = Scratch::new();
    let mut publication = Publication::new(true);
    publication.create(&scratch.path("a"), false).unwrap();
    assert!(matches!(publication.create(&scratch.path("a"), false), Err(PublishError::Twice { .. })));
}

#[test]
fn a_link_stays_a_link() {
    let scratch = Scratch::new();
    fs::write(scratch.path("real"), "old").unwrap();
    std::os::unix::fs::symlink(scratch.path("real"), scratch.path("link")).unwrap();
    let mut publication = Publication::new(true);
    let id = publication.create(&scratch.path("link"), false).unwrap();
    write(&publication, id, "new");
    publication.publish(true).unwrap();
    assert!(scratch.path("link").is_symlink());
    assert_eq!(fs::read_to_string(scratch.path("real")).unwrap(), "new");
}

#[test]
fn a_file_in_the_way_of_a_directory_is_named() {
    let scratch = Scratch::new();
    fs::write(scratch.path("file"), "").unwrap();
    let message = Publication::new(false).create(&scratch.path("file/a.csv"), false).unwrap_err().to_string();
    assert!(message.contains("file/a.csv") && message.contains("a file where a directory is needed"), "{message}");
}

#[test]
fn standard_output_has_no_file_of_its_own() {
    let mut publication = Publication::new(false);
    let id = publication.create(Path::new("-"), false).unwrap();
    let kept = publication.entries[id.0].temporary.clone();
    assert!(kept.exists() && !Path::new("-").exists());
    assert_eq!(publication.publish(true).unwrap().paths, [Path::new("-")]);
    assert!(!kept.exists());
}

#[test]
fn directories_that_were_made_go_with_a_publication_that_is_dropped() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("there")).unwrap();
    let mut publication = Publication::new(false);
    for path in ["a/b/c/1.csv", "a/2.csv", "there/d/3.csv"] {
        publication.create(&scratch.path(path), false).unwrap();
    }
    drop(publication);
    assert_eq!(scratch.names(), ["there"]);
    assert_eq!(fs::read_dir(scratch.path("there")).unwrap().count(), 0);
}

#[test]
fn directories_of_what_is_not_published_go_and_the_others_stay() {
    let scratch = Scratch::new();
    let mut publication = Publication::new(false);
    publication.create(&scratch.path("out/deep/rows.csv"), false).unwrap();
    publication.create(&scratch.path("out/rejects.jsonl"), true).unwrap();
    publication.publish(false).unwrap();
    assert_eq!(scratch.names(), ["out"]);
    assert_eq!(fs::read_dir(scratch.path("out")).unwrap().count(), 1);
}

#[test]
fn a_directory_that_cannot_be_put_on_the_disk_is_named() {
    let scratch = Scratch::new();
    let (there, gone) = (scratch.path(""), scratch.path("gone"));
    assert!(sync_directories(&[&there]).is_ok());
    let error = sync_directories(&[&there, &gone]).unwrap_err().to_string();
    assert!(error.contains("gone cannot be put on the disk"), "{error}");
}

#[test]
fn what_is_published_cannot_be_interrupted_any_more() {
    let scratch = Scratch::new();
    let mut publication = Publication::new(false);
    publication.create(&scratch.path("a.csv"), false).unwrap();
    publication.publish(true).unwrap();
    assert!(partials::remove_partials().is_none());
    assert_eq!(scratch.names(), ["a.csv"]);
}
