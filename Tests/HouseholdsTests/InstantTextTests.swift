import Households
import Testing

struct InstantTextTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T08:00:00+08:00", 0),
        ("2026-03-05T10:00:00+08:00", 1_772_676_000_000),
        ("2026-03-05T02:00:00.5Z", 1_772_676_000_500),
        ("2026-03-05T02:00:00.123999999Z", 1_772_676_000_123),
        ("2026-03-04t21:30:00-04:30", 1_772_676_000_000),
        ("2026-03-05T01:59:60z", 1_772_676_000_000),
        ("1969-12-31T23:59:59.999Z", -1),
    ] as [(String, Int64)])
    func `an RFC 3339 instant is read to the millisecond`(text: String, milliseconds: Int64) {
        #expect(InstantText.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "", "2026-03-05", "2026-03-05T10:00:00", "2026-03-05 10:00:00Z", "2026-02-30T10:00:00Z",
        "2026-03-05T24:00:00Z", "2026-03-05T10:60:00Z", "2026-03-05T10:00:61Z",
        "2026-03-05T10:00:00+0800", "2026-03-05T10:00:00+24:00", "2026-03-05T10:00:00.Z",
        "2026-03-05T10:00:00Z ", "20260305T100000Z", "2026-03-05T10:00Z", "+026-03-05T10:00:00Z",
        "2026-03-05T10:00:00.12345678901234567890123Z",
    ])
    func `anything else is refused`(text: String) {
        #expect(InstantText.milliseconds(text) == nil)
    }

    @Test func `what is written is read back`() {
        #expect(InstantText.text(1_772_676_000_000) == "2026-03-05T10:00:00+08:00")
        #expect(InstantText.text(-1) == "1970-01-01T07:59:59.999+08:00")
        let first: Int64 = -5_000_000_000_000
        for instant in stride(from: first, to: -first, by: 7_777_777_777) {
            #expect(InstantText.milliseconds(InstantText.text(instant)) == instant)
        }
    }
}
