//! The numbers of records.

macro_rules! records {
    ($($name:ident = $id:literal, $shown:literal;)*) => {
        $(pub(crate) const $name: u64 = $id;)*
        /// The name of a record.
        pub(crate) fn name(id: u64) -> &'static str {
            match id { $($id => $shown,)* _ => "of an unknown type" }
        }
    };
}

records! {
    PAD = 0, "PAD"; START = 1, "START"; END = 2, "END"; CELLNAME = 3, "CELLNAME"; CELLNAME_AT = 4, "CELLNAME";
    TEXTSTRING = 5, "TEXTSTRING"; TEXTSTRING_AT = 6, "TEXTSTRING"; PROPNAME = 7, "PROPNAME";
    PROPNAME_AT = 8, "PROPNAME"; PROPSTRING = 9, "PROPSTRING"; PROPSTRING_AT = 10, "PROPSTRING";
    LAYERNAME = 11, "LAYERNAME"; LAYERNAME_TEXT = 12, "LAYERNAME"; CELL_AT = 13, "CELL"; CELL = 14, "CELL";
    XYABSOLUTE = 15, "XYABSOLUTE"; XYRELATIVE = 16, "XYRELATIVE"; PLACEMENT = 17, "PLACEMENT";
    PLACEMENT_ANY = 18, "PLACEMENT"; TEXT = 19, "TEXT"; RECTANGLE = 20, "RECTANGLE"; POLYGON = 21, "POLYGON";
    PATH = 22, "PATH"; TRAPEZOID = 23, "TRAPEZOID"; TRAPEZOID_A = 24, "TRAPEZOID"; TRAPEZOID_B = 25, "TRAPEZOID";
    CTRAPEZOID = 26, "CTRAPEZOID"; CIRCLE = 27, "CIRCLE"; PROPERTY = 28, "PROPERTY"; PROPERTY_AGAIN = 29, "PROPERTY";
    XNAME = 30, "XNAME"; XNAME_AT = 31, "XNAME"; XELEMENT = 32, "XELEMENT"; XGEOMETRY = 33, "XGEOMETRY";
    CBLOCK = 34, "CBLOCK";
}
