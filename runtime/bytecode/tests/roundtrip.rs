//! The pure data formats: what is written reads back the same, and the listing has the layout of design section 3.

use taipan_bytecode::code::{Code, CodeFlags, Const, LocalKind, Wtf8Str};
use taipan_bytecode::tables::{
    ExceptionEntry, LineTableWriter, Position, encode_exception_table, exception_entries, lookup_handler,
    positions,
};
use taipan_bytecode::{Opcode, dis, marshal, verify};

fn add() -> Code {
    let op = |op: Opcode, arg: u8| [op as u8, arg];
    let mut lines = LineTableWriter::new(1);
    lines.push(1, Position::new(2, 2, 11, 12));
    lines.push(1, Position::new(2, 2, 15, 16));
    lines.push(1, Position::new(2, 2, 11, 16));
    lines.push(1, Position::new(2, 2, 4, 16));
    let arg = LocalKind(LocalKind::LOCAL | LocalKind::ARG_POS | LocalKind::ARG_KW);
    Code {
        name: "add".into(),
        qualname: "add".into(),
        filename: "<test>".into(),
        first_line: 1,
        argcount: 2,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        flags: CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS,
        stacksize: 2,
        localsplus_names: ["x".into(), "y".into()].into(),
        localsplus_kinds: [arg, arg].into(),
        names: [].into(),
        consts: [Const::None, Const::Int(1 << 40), Const::Str(Wtf8Str::from_code_points([0xd800, 97]))]
            .into(),
        code: [
            op(Opcode::LOAD_FAST, 0),
            op(Opcode::LOAD_FAST, 1),
            op(Opcode::BINARY_ADD, 0),
            op(Opcode::RETURN_VALUE, 0),
        ]
        .concat()
        .into(),
        linetable: lines.finish().into(),
        exceptiontable: [].into(),
    }
}

#[test]
fn listing_layout() {
    let expected = "  2           0 LOAD_FAST                0 (x)\n              2 LOAD_FAST                1 (y)\n              \
                    4 BINARY_ADD\n              6 RETURN_VALUE\n";
    assert_eq!(dis::dis(&add()), expected);
    assert_eq!(verify::verify(&add()), Ok(2));
}

#[test]
fn marshal_reads_back() {
    let mut code = add();
    code.consts = [
        Const::Int(-5),
        Const::Int(i64::MIN),
        marshal::int_const(true, vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        Const::Float(-0.0),
        Const::Complex { real: 1.5, imag: -2.0 },
        Const::str("héé"),
        Const::str("x"),
        Const::Bytes([0, 255].into()),
        Const::Tuple([Const::None, Const::Ellipsis, Const::str("x")].into()),
        Const::FrozenSet([Const::True, Const::False].into()),
        Const::Code(add().into()),
    ]
    .into();
    let bytes = marshal::dump_code(&code);
    let back = marshal::load_code(&bytes).unwrap();
    assert_eq!(format!("{code:?}"), format!("{back:?}"));
    for length in 0..bytes.len() {
        assert!(marshal::load_code(&bytes[..length]).is_err());
    }
}

#[test]
fn line_table_reads_back() {
    let list = [
        (3, Position::new(7, 7, 0, 5)),
        (20, Position::new(9, 9, 100, 120)),
        (1, Position::new(4, 12, 3, 900)),
        (2, Position::default()),
        (1, Position { line: Some(5), end_line: Some(5), col: None, end_col: None }),
        (1, Position::new(5, 5, 79, 90)),
    ];
    let mut writer = LineTableWriter::new(7);
    list.iter().for_each(|&(units, position)| writer.push(units, position));
    let table = writer.finish();
    let read: Vec<_> = positions(&table, 7).flat_map(|r| (r.start..r.end).map(move |_| r.position)).collect();
    let wanted: Vec<_> =
        list.iter().flat_map(|&(units, position)| (0..units).map(move |_| position)).collect();
    assert_eq!(read, wanted);
}

#[test]
fn exception_table_reads_back() {
    let list = [
        ExceptionEntry { start: 2, end: 5, target: 70, depth: 0, lasti: false },
        ExceptionEntry { start: 5, end: 5000, target: 70_000, depth: 3, lasti: true },
    ];
    let table = encode_exception_table(&list);
    assert_eq!(exception_entries(&table).collect::<Vec<_>>(), list);
    assert_eq!(lookup_handler(&table, 4999), Some(list[1]));
    assert_eq!(lookup_handler(&table, 1), None);
    assert_eq!(lookup_handler(&table, 5000), None);
}
