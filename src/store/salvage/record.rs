//! The rows of a leaf page of a table. Nothing in a page is believed: a row that does not fit is no row.

use super::pages::Pages;

/// Bytes of a row at most: a page's text has 16 MB at most, and a row has little beside it.
const MAX_ROW: usize = 64 << 20;

/// A value of a row, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
    /// A number with a fraction, or text that is not UTF-8: in no table that is read here.
    Other,
}

/// A row with its number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub id: i64,
    pub values: Vec<Value>,
}

/// Returns the rows of a page; none where it is not a leaf of a table.
pub(super) fn rows(pages: &mut Pages, page: &[u8], is_first: bool) -> Vec<Row> {
    let start = if is_first { 100 } else { 0 };
    let Some(header) = page.get(start..start + 8).filter(|header| header[0] == 0x0d) else {
        return Vec::new();
    };
    let cells = usize::from(u16::from_be_bytes([header[3], header[4]]));
    let places = page.get(start + 8..).unwrap_or_default().chunks_exact(2).take(cells);
    let places: Vec<usize> = places.map(|p| usize::from(u16::from_be_bytes([p[0], p[1]]))).collect();
    places.into_iter().filter_map(|at| row(pages, page.get(at..)?)).collect()
}

fn row(pages: &mut Pages, cell: &[u8]) -> Option<Row> {
    let (length, cell) = varint(cell)?;
    let (id, cell) = varint(cell)?;
    let length = usize::try_from(length).ok().filter(|length| *length <= MAX_ROW)?;
    let usable = pages.usable();
    let most = usable - 35;
    if length <= most {
        return Some(Row { id, values: values(cell.get(..length)?)? });
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let here = least + (length - least) % (usable - 4);
    let here = if here <= most { here } else { least };
    let mut whole = cell.get(..here)?.to_vec();
    let mut next = number(cell.get(here..here + 4)?);
    while whole.len() < length {
        let page = pages.page(next)?;
        next = number(page.get(..4)?);
        let part = page.get(4..usable)?;
        whole.extend_from_slice(&part[..part.len().min(length - whole.len())]);
    }
    Some(Row { id, values: values(&whole)? })
}

/// Reads a record: the kinds of its values, then the values.
fn values(record: &[u8]) -> Option<Vec<Value>> {
    let (header, rest) = varint(record)?;
    let header = usize::try_from(header).ok()?;
    let mut kinds = record.get(record.len() - rest.len()..header)?;
    let mut content = record.get(header..)?;
    let mut all = Vec::new();
    while !kinds.is_empty() {
        let (kind, other) = varint(kinds)?;
        kinds = other;
        let size = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            12.. => usize::try_from((kind - 12) / 2).ok()?,
            _ => return None,
        };
        let bytes = content.get(..size)?;
        content = &content[size..];
        all.push(match kind {
            0 => Value::Null,
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            1..=6 => Value::Integer(integer(bytes)),
            12.. if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            13.. => String::from_utf8(bytes.to_vec()).map_or(Value::Other, Value::Text),
            _ => Value::Other,
        });
    }
    Some(all)
}

fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    bytes.iter().fold(if negative { -1 } else { 0 }, |sum, byte| sum << 8 | i64::from(*byte))
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// Reads a number of one to nine bytes, of which the high bit says that another follows.
fn varint(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut sum = 0_i64;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        if at == 8 {
            return Some((sum << 8 | i64::from(*byte), &bytes[9..]));
        }
        sum = sum << 7 | i64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((sum, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_to_nine_bytes_are_read_as_sqlite_writes_them() {
        assert_eq!(varint(&[0x07, 1]), Some((7, &[1][..])));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, &[][..])));
        assert_eq!(varint(&[0xff; 9]), Some((-1, &[][..])));
        assert_eq!(varint(&[0x81]), None);
        assert_eq!((integer(&[0xff]), integer(&[0x01, 0x00]), integer(&[])), (-1, 256, 0));
    }

    #[test]
    fn a_record_whose_header_does_not_fit_is_none() {
        assert_eq!(values(&[3, 1, 15, 9, b'a']), Some(vec![Value::Integer(9), Value::Text("a".into())]));
        assert_eq!(values(&[3, 1, 15, 9]), None);
        assert_eq!(values(&[9, 1]), None);
        assert_eq!(values(&[0]), None);
    }
}
