//! How a file's records are written.

use crate::error::DialectFault;

/// How a file's records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between two fields; ASCII, and none of `\n`, `\r` and the quote.
    pub delimiter: u8,
    /// The byte around a field that holds delimiters or line ends; `None` where a quote is a letter like any other.
    pub quote: Option<u8>,
    /// Whether the first record names the columns.
    pub header: bool,
}

impl Default for Dialect {
    /// Comma, double quote, with a header (RFC 4180).
    fn default() -> Dialect {
        Dialect { delimiter: b',', quote: Some(b'"'), header: true }
    }
}

impl Dialect {
    /// Says why these bytes cannot be told apart in a file, if they cannot.
    pub fn check(&self) -> Result<(), DialectFault> {
        // A byte above 0x7f would be found in the middle of UTF-8 letters.
        let usable = |byte: u8| byte.is_ascii() && byte != b'\n' && byte != b'\r';
        if !usable(self.delimiter) {
            return Err(DialectFault::Delimiter(self.delimiter));
        }
        match self.quote {
            Some(quote) if !usable(quote) => Err(DialectFault::Quote(quote)),
            Some(quote) if quote == self.delimiter => Err(DialectFault::Same(quote)),
            _ => Ok(()),
        }
    }
}
