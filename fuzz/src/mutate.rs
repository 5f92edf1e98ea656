//! Inputs: items as they are stored, with some of their bytes changed.

use fastrand::Rng;

/// Items and values as the service writes them, and as others do.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: &[&str] = &[
        r#"{"PK":{"S":"U#1"},"SK":{"S":"W#a#0007"},"order":{"S":"a"},"paid":{"BOOL":true},"total":{"N":"-12"},"wide":{"N":"340282366920938463463374607431768211"},"sizes":{"NS":["1","2"]},"tags":{"SS":["x","y"]},"part":{"M":{"id":{"S":"p"},"price":{"N":"199.99"},"small":{"N":"3"}}},"parts":{"L":[{"M":{"id":{"S":"q"},"price":{"N":"0.5"}}}]},"state":{"S":"Open"}}"#,
        r#"{"PK":{"S":"U#\u00e9"},"SK":{"S":"W#b#0123"},"order":{"S":"b"},"paid":{"BOOL":false},"total":{"N":"9e3"},"sizes":{"L":[{"N":"1"}]},"part":{"M":{"id":{"S":""},"price":{"N":"1e-7"},"small":{"NULL":true}}},"parts":{"L":[]},"state":{"M":{"Lost":{"M":{"at":{"N":"1687000000"}}}}},"other":{"B":"AAEC"}}"#,
        r#"{ "PK" : { "S" : "i" } , "SK" : { "S" : "S" } , "id" : { "S" : "i" } , "any" : { "BS" : [ "YQ==" ] } }"#,
        r#"{"id":{"S":"i"},"PK":{"S":"i"},"SK":{"S":"S"},"any":{"M":{"a\n":{"L":[{"NULL":true},{"B":"/+8="},{"NS":["1.50","-2E2"]}]}}}}"#,
        r#"{"a":{"S":"\ud83d\ude00\\\/\b\f\n\r\t\""},"b":{"N":"-0.00000000000000000000000000000000000001"},"c":{"L":[{"L":[{"L":[]}]}]}}"#,
        r#"{"Items":[{"a":{"S":"漢"}},{}],"Count":2,"ScannedCount":1e2,"Last":null,"x":[true,false,-0.5E+7]}"#,
        "12345678901234567.8",
        "-9.9e125",
        "0.1",
    ];
    seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect()
}

/// What is put in: what means something to a reader of this format.
const WORDS: &[&str] = &[
    "{\"S\":\"",
    "{\"N\":\"",
    "{\"M\":{",
    "{\"L\":[",
    "\"}",
    "}}",
    "]}",
    "\"",
    "\\",
    "\\u",
    "\\ud83d",
    "\\ude00",
    "\\n",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    " ",
    "\n",
    "\u{1}",
    "é",
    "漢",
    "😀",
    "\u{10ffff}",
    "null",
    "true",
    "false",
    "{\"NULL\":true}",
    "{\"BOOL\":true}",
    "{\"SS\":[",
    "{\"NS\":[",
    "{\"BS\":[",
    "{\"B\":\"",
    "PK",
    "SK",
    "id",
    "any",
    "state",
    "Sent",
    "U#",
    "W#",
    "#",
    "0",
    "00",
    "-",
    "+",
    ".",
    "e",
    "E",
    "9999999999999999999",
    "1e400",
    "NaN",
    "AA==",
    "=",
];

/// Makes inputs, the same ones for the same number.
#[derive(Debug)]
pub struct Mutator {
    rng: Rng,
    corpus: Vec<Vec<u8>>,
}

impl Mutator {
    /// The inputs of that number.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), corpus: seeds() }
    }

    /// The next input.
    pub fn input(&mut self) -> Vec<u8> {
        let mut input = self.pick();
        for _ in 0..self.rng.usize(0..6) {
            self.change(&mut input);
        }
        input
    }

    fn pick(&mut self) -> Vec<u8> {
        let at = self.rng.usize(0..self.corpus.len());
        self.corpus.get(at).cloned().unwrap_or_default()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let rng = &mut self.rng;
        let at = rng.usize(0..=input.len());
        let end = (at + rng.usize(0..12)).min(input.len());
        match rng.u8(0..7) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..end)),
            2 => {
                input.splice(at..at, input.get(at..end).unwrap_or_default().to_vec()).for_each(drop)
            }
            3 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << rng.u8(0..8);
                }
            }
            4 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte = rng.u8(..);
                }
            }
            5 => {
                // A piece of another.
                let other = self.pick();
                let from = self.rng.usize(0..=other.len());
                let to = (from + self.rng.usize(0..40)).min(other.len());
                input
                    .splice(at..end, other.get(from..to).unwrap_or_default().to_vec())
                    .for_each(drop);
            }
            _ => {
                let word = WORDS.get(rng.usize(0..WORDS.len())).copied().unwrap_or_default();
                let end = if rng.bool() { at } else { end };
                input.splice(at..end, word.bytes()).for_each(drop);
            }
        }
    }
}
