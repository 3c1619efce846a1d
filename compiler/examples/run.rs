//! Scratch runner.
#![allow(missing_docs)]
use std::collections::BTreeMap;
use std::sync::Arc;
use migc_compiler::{compile, interp::Interpreter, native::*, plan::*};
use migc_abi::{Frame, lookup::LookupTable};
use migc_functions::Value;
fn main() {
    let mut args = std::env::args().skip(1);
    let spec = args.next().unwrap(); let data = args.next().unwrap();
    let text = std::fs::read_to_string(spec).unwrap();
    let t0 = std::time::Instant::now();
    let c = compile(&text, &BTreeMap::new());
    println!("check {:?}", t0.elapsed());
    for d in &c.diagnostics { println!("{} {}", d.rule.code, d.label); }
    let plan = c.plan.unwrap();
    let m = &plan.maps[0];
    let SourceFormat::Delimited(f) = &plan.sources[0].format else { panic!() };
    let mut rd = migc_records::Reader::open(data.as_ref(), migc_records::Dialect { delimiter: f.delimiter, quote: f.quote, header: true }, 1 << 20, 8 << 20).unwrap();
    let header = rd.header().to_vec();
    let physical: Vec<usize> = f.columns.iter().map(|c| header.iter().position(|h| h == &c.headers[0]).unwrap()).collect();
    let t0 = std::time::Instant::now();
    let native = Native::compile(&m.program, &plan.codes, &Items::Fields { stride: header.len(), physical: physical.clone(), quote: f.quote }, &Sink::Delimited { delimiter: b',' }).unwrap();
    println!("native {:?}", t0.elapsed());
    let refs: Vec<LookupTable> = plan.references.iter().map(|r| {
        let t = migc_records::Table::load("/tmp/w/DATA/customers.psv".as_ref(), migc_records::Dialect { delimiter: b'|', quote: Some(b'"'), header: true }).unwrap();
        let it = Interpreter::new(&r.program, &plan.codes);
        let cols: Vec<usize> = r.format.columns.iter().map(|c| t.header.iter().position(|h| h == &c.headers[0]).unwrap()).collect();
        let rows: Vec<Vec<Value<'static>>> = t.rows.iter().map(|row| {
            let inputs: Vec<Value> = r.program.inputs.iter().enumerate().map(|(i, inp)| it.input_value(i, row[cols[inp.column]].as_str().into(), false)).collect();
            it.run(&inputs, &[]).slots.into_iter().map(|v| v.into_static()).collect()
        }).collect();
        LookupTable::new(&rows, r.format.columns.len(), &r.key).unwrap()
    }).collect();
    println!("refs {:?}", t0.elapsed());
    let mut frame = Frame::new(native.tables(), Arc::new(refs), m.program.slots.len());
    let mut block = migc_records::Block::new(); let mut index = migc_records::Index::new();
    let (mut out, mut total, mut evs) = (Vec::new(), 0usize, vec![0; m.program.fates.len()]);
    let t0 = std::time::Instant::now();
    let mut t_native = std::time::Duration::ZERO;
    while rd.next(&mut block).unwrap() {
        rd.index(&block, &mut index);
        out.clear();
        let t1 = std::time::Instant::now();
        frame.begin(std::mem::take(&mut out));
        for run in &index.runs {
            frame.base = block.base(); frame.positions = index.positions[run.first_position..].as_ptr(); frame.items = run.records as u64; frame.start = run.start as u64;
            native.run(&mut frame);
        }
        out = frame.finish();
        t_native += t1.elapsed();
        for e in frame.host.events.drain(..) { evs[e.fate as usize] += 1; }
        if total == 0 { println!("{}", String::from_utf8_lossy(&out[..out.len().min(600)])); }
        total += out.len();
    }
    println!("loaded {} bytes {} events {:?} in {:?}, native {:?}", frame.loaded, total, m.program.fates.iter().zip(&evs).map(|(f, n)| (f.code.clone(), *n)).collect::<Vec<_>>(), t0.elapsed(), t_native);
}
