use std::{ffi::OsStr, path::Path, process::Command};

/// What cameras read from pictures of one code: two readers, which share nothing, read the same from all of them.
pub(crate) fn read<P: AsRef<Path>>(pictures: &[P]) -> String {
    let mut texts = by_zxing(pictures);
    assert_eq!(texts.len(), pictures.len(), "zxing finds a code in some pictures only");
    texts.extend(pictures.iter().map(|picture| by_zbar(picture.as_ref())));
    let text = texts[0].clone();
    assert!(texts.iter().all(|other| *other == text), "{texts:#?}");

    text
}

/// The names of sections and fields of a configuration, in order.
pub(crate) fn outline(configuration: &str) -> Vec<&str> {
    let lines = configuration.lines().filter(|line| !line.is_empty());

    lines.map(|line| line.split_once(" = ").map_or(line, |(name, _)| name)).collect()
}

/// A field of a configuration.
pub(crate) fn field<'a>(configuration: &'a str, name: &str) -> &'a str {
    let fields = configuration.lines().filter_map(|line| line.split_once(" = "));

    fields.filter(|field| field.0 == name).map(|field| field.1).next().unwrap()
}

fn by_zbar(picture: &Path) -> String {
    run("zbarimg", ["--quiet", "--raw", "-Sbinary"].map(OsStr::new), &[picture])
}

fn by_zxing<P: AsRef<Path>>(pictures: &[P]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/scan.mjs");
    let texts = run("node", [script.as_os_str()], pictures);

    serde_json::from_str(&texts).unwrap()
}

fn run<P: AsRef<Path>, const N: usize>(program: &str, options: [&OsStr; N], pictures: &[P]) -> String {
    let pictures = pictures.iter().map(|picture| picture.as_ref().as_os_str());
    let output = Command::new(program).args(options.into_iter().chain(pictures)).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {complaint}");

    String::from_utf8(output.stdout).unwrap()
}
