//! Texts by the hash of their content: each is stored once, large ones compressed, and checked when read.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use crate::domain::Hash;

/// From this size on a text is compressed, in bytes: below, little is saved.
const LARGE: usize = 1024;

const PLAIN: i64 = 0;
const LZ4: i64 = 1;

/// Stores a text that is not there yet.
pub(super) fn put(connection: &Connection, hash: &Hash, text: &str) -> Result<(), StoreError> {
    let mut insert = connection
        .prepare_cached("INSERT OR IGNORE INTO blobs (hash, bytes, codec, data) VALUES (?1, ?2, ?3, ?4)")?;
    let (key, bytes) = (key(hash)?, text.len() as i64);
    if text.len() >= LARGE {
        let packed = lz4_flex::compress_prepend_size(text.as_bytes());
        if packed.len() < text.len() / 8 * 7 {
            insert.execute((key, bytes, LZ4, packed))?;
            return Ok(());
        }
    }
    insert.execute((key, bytes, PLAIN, text.as_bytes()))?;
    Ok(())
}

/// Reads a text; none when it is not there.
pub(super) fn get(connection: &Connection, hash: &Hash) -> Result<Option<String>, StoreError> {
    let mut query = connection.prepare_cached("SELECT codec, data FROM blobs WHERE hash = ?1")?;
    let found = query
        .query_row([key(hash)?], |row| {
            let codec: i64 = row.get(0)?;
            let data = row.get_ref(1)?.as_blob().unwrap_or_default();
            Ok(if codec == LZ4 {
                lz4_flex::decompress_size_prepended(data).ok()
            } else {
                Some(data.to_vec())
            })
        })
        .optional()?;
    let Some(data) = found else { return Ok(None) };
    let text = data.filter(|data| Hash::of(data) == *hash).and_then(|data| String::from_utf8(data).ok());
    text.map(Some).ok_or_else(|| StoreError::corrupt(format!("text {hash} is not what was stored")))
}

/// Reads a text that must be there.
pub(super) fn get_known(connection: &Connection, hash: &Hash) -> Result<String, StoreError> {
    get(connection, hash)?.ok_or_else(|| StoreError::corrupt(format!("text {hash} is missing")))
}

/// Turns a hash into the 32 bytes that are stored.
pub(super) fn key(hash: &Hash) -> Result<[u8; 32], StoreError> {
    let mut key = [0; 32];
    let digits = hash.as_str().as_bytes();
    let digit = |d: u8| char::from(d).to_digit(16).map(|d| d as u8);
    let valid = digits.len() == 64
        && digits.chunks_exact(2).zip(&mut key).all(|(pair, byte)| match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => {
                *byte = high << 4 | low;
                true
            }
            _ => false,
        });
    if valid { Ok(key) } else { Err(StoreError::corrupt(format!("`{hash}` is not a hash"))) }
}

/// Turns stored bytes back into a hash.
pub(super) fn hash(key: &[u8]) -> Hash {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = key.iter().flat_map(|b| [b >> 4, b & 15]).map(|d| char::from(DIGITS[usize::from(d)]));
    Hash::stored(digits.collect::<String>())
}
