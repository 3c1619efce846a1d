//! Every instruction set of this machine against the portable words, on random text.

use super::*;

/// A small generator (xorshift64), so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % limit
    }
}

fn random_text(random: &mut Random, alphabet: &[u8], len: usize) -> Vec<u8> {
    let mut buffer = vec![b'"'; 64 + len + 128];
    buffer[64..64 + len].fill_with(|| alphabet[random.below(alphabet.len())]);
    buffer
}

#[test]
fn every_instruction_set_finds_the_same() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let alphabets: [&[u8]; 4] = [b"a|\"\n\r\xc3", b"aaaaaaaaaaaaaaaa|\n", b"aaaaaaaaa||\n\"\"", b"||||||||\n"];
    for round in 0..4000 {
        let len = random.below(700);
        let buffer = random_text(&mut random, alphabets[round % 4], len);
        for quote in [Some(b'"'), None] {
            let dialect = Dialect { delimiter: b'|', quote, header: false };
            let counted = count(Isa::Scalar, &buffer, 64, 64 + len, dialect);
            let (mut expected, mut positions) = (Vec::new(), Vec::new());
            let found = index(Isa::Scalar, &buffer, (64, 64, 64 + len), dialect, &mut expected);
            for isa in Isa::available() {
                assert_eq!(count(isa, &buffer, 64, 64 + len, dialect), counted, "{isa:?}");
                positions.clear();
                assert_eq!(index(isa, &buffer, (64, 64, 64 + len), dialect, &mut positions), found, "{isa:?}");
                assert_eq!(positions, expected, "{isa:?}");
            }
        }
    }
}

#[test]
fn the_words_find_what_a_plain_loop_finds() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..2000 {
        let len = random.below(400);
        let buffer = random_text(&mut random, b"ab|\"\n\xff", len);
        let data = &buffer[64..64 + len];
        let (mut expected, mut inside, mut newlines) = (Vec::new(), false, 0);
        for (at, &byte) in data.iter().enumerate() {
            match byte {
                b'"' => inside = !inside,
                b'|' | b'\n' if !inside => {
                    expected.push(at as u32);
                    newlines += usize::from(byte == b'\n');
                }
                _ => {}
            }
        }
        let dialect = Dialect { delimiter: b'|', quote: Some(b'"'), header: false };
        let mut positions = Vec::new();
        let found = index(Isa::Scalar, &buffer, (64, 64, 64 + len), dialect, &mut positions);
        assert_eq!(positions, expected);
        assert_eq!(found, Found { newlines, ascii: data.is_ascii() });
    }
}
