//! Texts from the command line: as they are, from a file, from standard input.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::fault::Fault;
use crate::domain::BookId;
use crate::domain::run::MOST_BYTES;
use crate::store::Reader;

/// Reads a text argument: `-` is standard input, `@FILE` a file, `@@…` a text that begins with `@`; the line end
/// that editors and `echo` leave is taken off.
pub(super) fn text(argument: &str) -> Result<String, Fault> {
    let read = match argument.strip_prefix('@') {
        _ if argument == "-" => read(std::io::stdin().lock(), "standard input")?,
        Some(literal) if literal.starts_with('@') => return Ok(literal.to_owned()),
        Some(path) => file(Path::new(path))?,
        None => return Ok(argument.to_owned()),
    };
    Ok(read.trim_end_matches(['\n', '\r']).to_owned())
}

/// Reads a whole file, `-` for standard input, byte for byte.
pub(super) fn file(path: &Path) -> Result<String, Fault> {
    if path == Path::new("-") {
        return read(std::io::stdin().lock(), "standard input");
    }
    let name = path.display().to_string();
    let opened = File::open(path).map_err(|e| unreadable(&name, &e.to_string()))?;
    read(opened, &name)
}

/// Returns the book that was named, or the only one there is.
pub(super) fn book(reader: &Reader, named: Option<BookId>) -> Result<BookId, Fault> {
    if let Some(book) = named {
        return Ok(book);
    }
    let books = reader.books(false)?;
    match books.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(Fault::usage("there is no book yet", "`galley book new TITLE` makes one")),
        books => {
            let ids: Vec<&str> = books.iter().take(5).map(|b| b.id.as_str()).collect();
            let more = if books.len() > ids.len() { " …" } else { "" };
            let message = format!("there are {} books: {}{more}", books.len(), ids.join(", "));
            Err(Fault::usage(message, "name the one that is meant"))
        }
    }
}

fn read(from: impl Read, name: &str) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    // One byte more than is taken, so that a text that is too long is refused by the rules and in their words.
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|e| unreadable(name, &e.to_string()))?;
    String::from_utf8(bytes).or_else(|e| {
        // The cut may have split the last character of a text that is too long anyway.
        let whole = e.utf8_error().valid_up_to();
        let bytes = e.into_bytes();
        if bytes.len() as u64 > MOST_BYTES && bytes.len() - whole < 4 {
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        Err(unreadable(name, &format!("byte {} is not UTF-8", whole + 1)))
    })
}

fn unreadable(name: &str, why: &str) -> Fault {
    Fault::usage(
        format!("{name} cannot be read: {why}"),
        "give a file of UTF-8 text, or - for standard input",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_as_it_is_or_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("beat.txt");
        std::fs::write(&path, "Mara finds the boat.\r\n\n").unwrap();
        assert_eq!(text("a boat").unwrap(), "a boat");
        assert_eq!(text(&format!("@{}", path.display())).unwrap(), "Mara finds the boat.");
        assert_eq!(text("@@home").unwrap(), "@home");
        assert_eq!(file(&path).unwrap(), "Mara finds the boat.\r\n\n");
    }

    #[test]
    fn what_is_no_text_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("picture.png");
        std::fs::write(&path, b"ok\xff").unwrap();
        let fault = file(&path).unwrap_err();
        assert!(
            fault.message.ends_with("picture.png cannot be read: byte 3 is not UTF-8"),
            "{}",
            fault.message
        );
        assert_eq!(fault.class, super::super::fault::Exit::Usage);
        assert!(text("@/nowhere/at/all").is_err());
    }
}
