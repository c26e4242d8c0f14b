use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Lines of bounded length from somebody who may send anything.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    /// What has been read and not yet been given out.
    buffer: Vec<u8>,
    /// The rest of a line that is too long is being skipped.
    skipping: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::with_capacity(MAX_LINE), skipping: false }
    }

    /// The next line without its end; none after the last. May be dropped and called again at any point.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(line) = self.take_line() {
                return Ok(Some(line));
            }
            let mut chunk = [0; MAX_LINE];
            let room = MAX_LINE - self.buffer.len();
            let count = self.reader.read(&mut chunk[..room]).await?;
            if count == 0 {
                return Ok(None);
            }
            self.buffer.extend_from_slice(&chunk[..count]);
        }
    }

    fn take_line(&mut self) -> Option<Line> {
        if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
            let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
            line.pop();
            let whole = !std::mem::take(&mut self.skipping);
            return Some(if whole { Line::Whole(line) } else { Line::TooLong });
        }
        if self.buffer.len() == MAX_LINE {
            self.buffer.clear();
            self.skipping = true;
        }

        None
    }
}

/// What somebody sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// Ten times what a client has to say.
const MAX_LINE: usize = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[tokio::test]
    async fn lines_come_one_by_one_without_their_ends() {
        assert_eq!(read(b"a\n\nbc\nrest").await, [whole("a"), whole(""), whole("bc")]);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_told_once_and_skipped() {
        let text = format!("a\n{}\nb\n", "x".repeat(10 * MAX_LINE));

        assert_eq!(read(text.as_bytes()).await, [whole("a"), Line::TooLong, whole("b")]);
    }

    #[tokio::test]
    async fn the_longest_line_is_not_too_long() {
        let longest = "x".repeat(MAX_LINE - 1);

        assert_eq!(read(format!("{longest}\n").as_bytes()).await, [whole(&longest)]);
    }

    proptest! {
        #[test]
        fn as_many_lines_come_out_as_went_in(text: Vec<u8>) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();

            let lines = runtime.block_on(read(&text));

            prop_assert_eq!(lines.len(), text.iter().filter(|byte| **byte == b'\n').count());
        }
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.as_bytes().to_vec())
    }

    async fn read(text: &[u8]) -> Vec<Line> {
        let mut lines = Lines::new(text);
        let mut read = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            read.push(line);
        }

        read
    }
}
