import Households
import Testing

/// All numbers are made up (the two well-known samples of the standard among them).
struct IdentityNumberTests {
    /// The number, or why it was refused.
    private func read(_ text: String) -> Result<IdentityNumber, IdentityNumber.Refusal> {
        Array(text.utf8).withUnsafeBytes { bytes in
            Result { () throws(IdentityNumber.Refusal) in try IdentityNumber(utf8: bytes) }
        }
    }

    private func refusal(_ text: String) -> IdentityNumber.Refusal? {
        if case .failure(let refusal) = read(text) { refusal } else { nil }
    }

    @Test(arguments: ["11010519491231002X", "11010519491231002x", "440524188001010014"])
    func `a number with the right check digit is read`(text: String) throws {
        _ = try read(text).get()
    }

    @Test func `the birth date stands in digits 7 to 14`() throws {
        #expect(try read("11010519491231002X").get().birthDate == Day(iso: "1949-12-31"))
        #expect(try read("440524188001010014").get().birthDate == Day(iso: "1880-01-01"))
    }

    @Test(arguments: [
        "11010519491231002X53", "11010519491231002x5312", "11010519491231002X53B1",
        "44052418800101001453", "44052418800101001453b2",
    ])
    func `a disability certificate is read by its first 18 characters`(text: String) throws {
        let number = try read(text).get()
        #expect(try number == read(String(text.prefix(18))).get())
    }

    @Test(arguments: [
        "", "1", "110105491231002", "11010519491231002", "11010519491231002X1",
        "11010519491231002X123", "1101051949123100２", "11010519491231002Y", "X1010519491231002X",
        " 1010519491231002X", "11010519491231002X5", "11010519491231002XX3",
        "11010519491231002X53C1", "11010519491231002X53BB", "11010519491231002\u{0}",
    ])
    func `anything of another form is refused as format`(text: String) {
        #expect(refusal(text) == .format)
    }

    @Test(arguments: [
        "110105194902300021", "110105194913010021", "110105194900010021", "110105000012310021",
        "11010519990229002X", "110105194912000021",
    ])
    func `a birth date that no calendar has is refused`(text: String) {
        #expect(refusal(text) == .birthDate)
    }

    @Test func `29 February counts only in leap years`() {
        #expect(refusal("110105200002290028") != .birthDate)
        #expect(refusal("110105190002290028") == .birthDate)
    }

    @Test func `each wrong check character is refused`() {
        for last in "0123456789" {
            #expect(refusal("11010519491231002\(last)") == .checkDigit)
        }
    }

    @Test func `one digit mistyped is always noticed`() {
        let right = Array("440524188001010014".utf8)
        for place in [0, 1, 5, 14, 15, 16, 17] {
            for digit in UInt8(0x30)...0x39 where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                #expect(refusal(String(decoding: wrong, as: UTF8.self)) == .checkDigit)
            }
        }
    }

    @Test func `the pseudonym is the HMAC worked out by other means`() throws {
        // python: hmac.new(b"a key for tests only, not secret", b"person:11010519491231002X",
        // hashlib.sha256).hexdigest()[:32] == "e3224a3c847ae339ffa397d1ddd90b84"
        let key = try #require(PseudonymKey(Array("a key for tests only, not secret\n".utf8)))
        let expected = Pseudonym(high: 0xe322_4a3c_847a_e339, low: 0xffa3_97d1_ddd9_0b84)
        for text in ["11010519491231002X", "11010519491231002x", "11010519491231002X53B1"] {
            let pseudonym = try read(text).get().pseudonym(key)
            #expect(pseudonym == expected)
            #expect(pseudonym.description == "wch4mf44fbhkkzx3jz8xvp8bgg")
        }
        #expect(Pseudonym("wch4mf44fbhkkzx3jz8xvp8bgg") == expected)
    }

    @Test func `household numbers are letters, digits and hyphens, up to 32`() throws {
        func valid(_ text: String) -> Bool {
            Array(text.utf8).withUnsafeBytes { HouseholdNumber.isValid(utf8: $0) }
        }
        for text in ["H-1", "529901100201-0007", String(repeating: "9", count: 32), "a"] {
            #expect(valid(text))
        }
        for text in ["", "H 1", "H_1", "户1", "H/1", String(repeating: "9", count: 33)] {
            #expect(!valid(text))
        }
        let key = try #require(PseudonymKey(Array("a key for tests only, not secret".utf8)))
        let pseudonym = Array("H-1".utf8).withUnsafeBytes {
            HouseholdNumber.pseudonym(utf8: $0, key)
        }
        #expect(pseudonym.description == "edv4dvt45at97krd39vbe6sqvr")
    }

    @Test func `an identity number inside other text is replaced by the pseudonym`() throws {
        let key = try #require(PseudonymKey(Array("a key for tests only, not secret".utf8)))
        func veiled(_ text: String) -> String? {
            Array(text.utf8).withUnsafeBytes { IdentityNumberVeil.veiled($0, key) }
                .map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(veiled("11010519491231002x") == "wch4mf44fbhkkzx3jz8xvp8bgg")
        #expect(veiled("owner 11010519491231002X, ill") == "owner wch4mf44fbhkkzx3jz8xvp8bgg, ill")
        #expect(veiled("G11010519491231002X") == "Gwch4mf44fbhkkzx3jz8xvp8bgg")
        #expect(veiled("110105194912310021") == nil)
        #expect(veiled("91520100MA6DNXYZ12") == nil)
        #expect(veiled("short") == nil)
    }
}
