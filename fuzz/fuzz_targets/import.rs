//! Manuscripts of every format: text, and documents within whole archives and as they are.
#![no_main]

use std::io::Write as _;

use galley::tools::manuscript;
use libfuzzer_sys::fuzz_target;

const CONTAINER: &str = r#"<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;
const PACKAGE: &str = r#"<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>"#;
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

fuzz_target!(|data: &[u8]| {
    let Some((kind, content)) = data.split_first() else { return };
    let (name, bytes) = match kind % 6 {
        0 => ("a.md", content.to_vec()),
        1 => ("a.txt", content.to_vec()),
        2 => {
            ("a.docx", archive(&[("[Content_Types].xml", TYPES.as_bytes()), ("word/document.xml", content)]))
        }
        3 => {
            let container = ("META-INF/container.xml", CONTAINER.as_bytes());
            ("a.epub", archive(&[container, ("b.opf", PACKAGE.as_bytes()), ("a.xhtml", content)]))
        }
        4 => ("a.docx", content.to_vec()),
        _ => ("a.epub", content.to_vec()),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    if let Ok(read) = manuscript::read(&path) {
        let _ = (read.words(), read.pages(350));
    }
});

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(*name, stored).expect("a file");
        zip.write_all(content).expect("a file");
    }
    zip.finish().expect("an archive").into_inner()
}
