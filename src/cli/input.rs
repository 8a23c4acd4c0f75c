//! Texts from the command line: as they are, from a file, from standard input.

use std::path::Path;

use super::fault::Fault;
use crate::domain::BookId;
use crate::service::{ServiceError, files};
use crate::store::Reader;

/// Numbers of one range at most: no list has as many rows.
const MAX_RANGE: usize = 1_000_000;

/// Reads a text argument: `-` is standard input, `@FILE` a file, `@@…` a text that begins with `@`; the line end
/// that editors and `echo` leave is taken off.
pub(super) fn text(argument: &str) -> Result<String, Fault> {
    let read = match argument.strip_prefix('@') {
        _ if argument == "-" => standard_input()?,
        Some(literal) if literal.starts_with('@') => return Ok(literal.to_owned()),
        Some(path) => file(Path::new(path))?,
        None => return Ok(argument.to_owned()),
    };
    Ok(read.trim_end_matches(['\n', '\r']).to_owned())
}

/// Reads a whole file, `-` for standard input, byte for byte.
pub(super) fn file(path: &Path) -> Result<String, Fault> {
    Ok(if path == Path::new("-") { standard_input()? } else { files::read_text(path)? })
}

/// Reads a list of numbers, such as `1,3-5`.
pub(super) fn numbers(list: &str) -> Result<Vec<usize>, Fault> {
    let mut all = Vec::new();
    for part in list.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (number(from)?, number(to)?);
        if from > to || to - from >= MAX_RANGE {
            return Err(Fault::usage(format!("`{part}` is not a range of numbers"), "such as 1,3-5"));
        }
        all.extend(from..=to);
    }
    Ok(all)
}

/// Reads a number that a list shows.
pub(super) fn number(number: &str) -> Result<usize, Fault> {
    number.trim().parse().map_err(|_| {
        Fault::usage(format!("`{}` is not a number", super::show::shortened(number, 20)), "such as 1,3-5")
    })
}

fn standard_input() -> Result<String, ServiceError> {
    files::read_from(std::io::stdin().lock(), "standard input")
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
    fn numbers_are_single_or_from_to() {
        assert_eq!(numbers(" 1, 3-5 ,").unwrap(), [1, 3, 4, 5]);
        for wrong in ["x", "5-3", "1-", "1-99999999999", "-1"] {
            assert!(numbers(wrong).is_err(), "{wrong}");
        }
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
