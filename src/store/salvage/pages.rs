//! A database file and its log as numbered pages, read without `SQLite`: also where its own tables are destroyed.
//! The layout of both is that of <https://www.sqlite.org/fileformat2.html>.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::store::beside;

/// The page size of every database that Galley makes, for one whose header is destroyed.
const USUAL: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The pages of a database.
pub(super) struct Pages {
    file: File,
    size: usize,
    /// Bytes of a page that hold content.
    usable: usize,
    count: u32,
    log: Option<File>,
    /// Where the newest version of a page is in the log.
    newest: HashMap<u32, u64>,
    /// Every version of a page in the log that was committed.
    frames: Vec<(u32, u64)>,
}

impl Pages {
    pub fn open(database: &Path) -> io::Result<Self> {
        let mut file = File::open(database)?;
        let mut header = [0; 24];
        let has_header = file.read_exact(&mut header).is_ok() && header.starts_with(b"SQLite format 3\0");
        let size = if has_header { size_of_page(&header) } else { USUAL };
        let reserved = if has_header { usize::from(header[20]) } else { 0 };
        let count = u32::try_from(file.metadata()?.len().div_ceil(size as u64)).unwrap_or(u32::MAX);
        let usable = size - reserved.min(size - 480);
        let mut pages =
            Self { file, size, usable, count, log: None, newest: HashMap::new(), frames: Vec::new() };
        if let Ok(log) = File::open(beside::log(database)) {
            pages.read_log(log);
        }
        Ok(pages)
    }

    /// Bytes of a page that hold content.
    pub fn usable(&self) -> usize {
        self.usable
    }

    /// Returns the content of a page in its newest version; none for a page that is not there.
    pub fn page(&mut self, number: u32) -> Option<Vec<u8>> {
        if let (Some(at), Some(log)) = (self.newest.get(&number), &mut self.log) {
            return read_at(log, *at, self.size);
        }
        self.page_of_file(number)
    }

    /// Hands on every version of every page, those of the file first, and whether it begins with the file's header.
    pub fn each<E>(
        &mut self,
        mut take: impl FnMut(&mut Self, &[u8], bool) -> Result<(), E>,
    ) -> Result<(), E> {
        for number in 1..=self.count {
            if let Some(page) = self.page_of_file(number) {
                take(self, &page, number == 1)?;
            }
        }
        for (number, at) in std::mem::take(&mut self.frames) {
            let page = self.log.as_mut().and_then(|log| read_at(log, at, self.size));
            if let Some(page) = page {
                take(self, &page, number == 1)?;
            }
        }
        Ok(())
    }

    fn page_of_file(&mut self, number: u32) -> Option<Vec<u8>> {
        let at = u64::from(number.checked_sub(1)?) * self.size as u64;
        read_at(&mut self.file, at, self.size)
    }

    /// Finds the frames of the log that were committed. A frame's checksum goes on from that of the one before, so
    /// that those behind a damaged one can still be told from old ones.
    fn read_log(&mut self, mut log: File) {
        let mut header = [0; LOG_HEADER];
        if log.read_exact(&mut header).is_err() || word(&header, 0) & !1 != 0x377f_0682 {
            return;
        }
        let big_endian = word(&header, 0) & 1 == 1;
        let salts = header[16..24].to_vec();
        let mut before = (word(&header, 24), word(&header, 28));
        let mut found = Vec::new();
        let mut frame = vec![0; FRAME_HEADER + self.size];
        let mut at = LOG_HEADER as u64;
        while log.read_exact(&mut frame).is_ok() {
            let sum = checksum(big_endian, before, &frame[..8]);
            let sum = checksum(big_endian, sum, &frame[FRAME_HEADER..]);
            before = (word(&frame, 16), word(&frame, 20));
            if sum == before && frame[8..16] == salts[..] {
                found.push((word(&frame, 0), at + FRAME_HEADER as u64));
                if word(&frame, 4) > 0 {
                    self.newest.extend(found.iter().copied());
                    self.frames.append(&mut found);
                }
            }
            at += frame.len() as u64;
        }
        self.log = Some(log);
    }
}

fn size_of_page(header: &[u8]) -> usize {
    match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size if size.is_power_of_two() && size >= 512 => usize::from(size),
        _ => USUAL,
    }
}

/// Reads a whole page; the last one of a file that was cut is filled up.
fn read_at(file: &mut File, at: u64, size: usize) -> Option<Vec<u8>> {
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut page = Vec::with_capacity(size);
    file.take(size as u64).read_to_end(&mut page).ok()?;
    if page.is_empty() {
        return None;
    }
    page.resize(size, 0);
    Some(page)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The checksum of the log, over pairs of words.
fn checksum(big_endian: bool, (mut one, mut two): (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let read = |b: &[u8]| {
        let word = [b[0], b[1], b[2], b[3]];
        if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    };
    for pair in bytes.chunks_exact(8) {
        one = one.wrapping_add(read(&pair[..4])).wrapping_add(two);
        two = two.wrapping_add(read(&pair[4..])).wrapping_add(one);
    }
    (one, two)
}
