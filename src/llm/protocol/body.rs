//! The bytes of a server's answer, unpacked where it packs them.

use std::io::Write as _;

use flate2::write::MultiGzDecoder;

/// So much is unpacked in one go: a kilobyte of nothing unpacks to a megabyte.
const SLICE: usize = 4 * 1024;

/// A body that is read bit by bit.
pub(super) struct Body {
    response: reqwest::Response,
    packing: Packing,
    /// What came and is not unpacked yet.
    waiting: Vec<u8>,
}

enum Packing {
    /// The first byte tells.
    Unknown,
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

/// Why there is no more of a body.
#[derive(Debug)]
pub(super) enum Lost {
    /// The connection broke.
    Transport,
    /// It is packed, and damaged.
    Damaged,
    /// It is packed in a way that is not read here.
    Packed(String),
}

impl Body {
    pub(super) fn of(response: reqwest::Response) -> Result<Self, Lost> {
        let named = response.headers().get("content-encoding");
        let named = named.map(|name| String::from_utf8_lossy(name.as_bytes()).trim().to_ascii_lowercase());
        match named.as_deref() {
            // Whether it is true, the bytes tell.
            None | Some("" | "identity" | "none" | "gzip" | "x-gzip" | "utf-8") => {}
            Some(other) => return Err(Lost::Packed(other.to_owned())),
        }
        Ok(Self { response, packing: Packing::Unknown, waiting: Vec::new() })
    }

    /// The next bytes; none at the end. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, Lost> {
        if self.waiting.is_empty() {
            match self.response.chunk().await {
                Ok(Some(bytes)) => self.waiting = Vec::from(bytes),
                Ok(None) => return self.end(),
                Err(error) => {
                    tracing::debug!(%error, "the body of an answer broke off");
                    return Err(Lost::Transport);
                }
            }
        }
        if let (Packing::Unknown, Some(first)) = (&self.packing, self.waiting.first()) {
            // The first byte of a gzip, which no text begins with.
            self.packing = match first {
                0x1F => Packing::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
                _ => Packing::Plain,
            };
        }
        let Packing::Gzip(decoder) = &mut self.packing else {
            return Ok(Some(std::mem::take(&mut self.waiting)));
        };
        let rest = self.waiting.split_off(self.waiting.len().min(SLICE));
        let slice = std::mem::replace(&mut self.waiting, rest);
        // What is unpacked must come out at once, and not when the next bytes happen to push it out.
        decoder.write_all(&slice).and_then(|()| decoder.flush()).map_err(|_| Lost::Damaged)?;
        Ok(Some(std::mem::take(decoder.get_mut())))
    }

    fn end(&mut self) -> Result<Option<Vec<u8>>, Lost> {
        let Packing::Gzip(decoder) = &mut self.packing else { return Ok(None) };
        let result = decoder.try_finish();
        let rest = std::mem::take(decoder.get_mut());
        self.packing = Packing::Plain;
        match result {
            _ if !rest.is_empty() => Ok(Some(rest)),
            Ok(()) => Ok(None),
            Err(_) => Err(Lost::Damaged),
        }
    }

    /// The beginning of the body, at most `most` bytes, as far as it comes within `wait`.
    pub(super) async fn beginning(mut self, most: usize, wait: std::time::Duration) -> Vec<u8> {
        let until = tokio::time::Instant::now() + wait;
        let mut body = Vec::new();
        while body.len() < most {
            match tokio::time::timeout_at(until, self.next()).await {
                Ok(Ok(Some(bytes))) => body.extend_from_slice(&bytes),
                _ => break,
            }
            // A server that drips without end has its time, too.
            if tokio::time::Instant::now() >= until {
                break;
            }
        }
        body.truncate(most);
        body
    }
}
