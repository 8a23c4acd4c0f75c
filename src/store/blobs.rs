//! Texts by the hash of their content: each is stored once, large ones compressed, and checked when read.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use crate::domain::Hash;

/// From this size on a text is compressed, in bytes: below, little is saved.
const LARGE: usize = 1024;

const PLAIN: i64 = 0;
const LZ4: i64 = 1;
/// The text was in a part of an earlier file that was damaged; nothing of it is left.
const LOST: i64 = 2;

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
            Ok((codec, unpacked(codec, row.get_ref(1)?.as_blob().unwrap_or_default(), hash)))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((LOST, _)) => Err(StoreError::LostText(hash.clone())),
        Some((_, Some(text))) => Ok(Some(text)),
        Some((_, None)) => Err(StoreError::corrupt(format!("text {hash} is not what was stored"))),
    }
}

/// Unpacks what is stored of a text; none where that is not the text of this hash.
pub(super) fn unpacked(codec: i64, data: &[u8], hash: &Hash) -> Option<String> {
    let data = match codec {
        PLAIN => data.to_vec(),
        LZ4 if size_is_possible(data) => lz4_flex::decompress_size_prepended(data).ok()?,
        _ => return None,
    };
    if Hash::of(&data) == *hash { String::from_utf8(data).ok() } else { None }
}

/// Tells whether packed data can have the size that it claims, so that a damaged number does not ask for memory: LZ4
/// makes of a byte 255 at most.
fn size_is_possible(data: &[u8]) -> bool {
    let claimed = data.first_chunk().map(|size| u32::from_le_bytes(*size) as usize);
    claimed.is_some_and(|claimed| claimed <= data.len().saturating_mul(255))
}

/// Notes that a text is lost, so that it is told from one that is missing.
pub(super) fn put_lost(connection: &Connection, hash: &Hash) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO blobs (hash, bytes, codec, data) VALUES (?1, 0, ?2, x'')")?
        .execute((key(hash)?, LOST))?;
    Ok(())
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
