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

    @Test func `keys of any length give the digest of RFC 2104`() throws {
        // python: hmac.new(bytes([0xaa]) * n, b"person:1", hashlib.sha256).hexdigest()[:32]
        for (length, high, low) in [
            (16, 0x681a_052c_a479_f21d, 0xdf9b_ed91_077a_56d7),
            (32, 0x6884_4d8f_5c34_df8c, 0xe4e7_9430_38d3_ddf3),
            (63, 0x67c0_4016_3edd_265e, 0x2552_9e96_f1b9_1973),
            (64, 0xd7bc_f8cd_fe2e_9207, 0x3568_3142_977b_d41b),
            (65, 0xa9fb_9807_4cc5_c2ec, 0xa462_290c_c53b_f0ee),
            (131, 0x18be_d6d5_50c0_aa67, 0x7be5_f202_9a4a_9599),
            (200, 0x807b_0ca6_191a_7b78, 0x169b_33bc_0533_9b87),
        ] as [(Int, UInt64, UInt64)] {
            let key = try #require(PseudonymKey([UInt8](repeating: 0xaa, count: length)))
            let long = String(repeating: "number", count: 40)
            #expect(key.pseudonym(of: Array("person:1".utf8)) == Pseudonym(high: high, low: low))
            #expect(key.pseudonym(of: Array(long.utf8)) != Pseudonym(high: high, low: low))
        }
        #expect(PseudonymKey([UInt8](repeating: 0xaa, count: 15)) == nil)
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
