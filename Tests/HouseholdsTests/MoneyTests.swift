import Households
import Testing

struct MoneyTests {
    private func refusal(_ text: String) -> Money.Refusal? {
        do throws(Money.Refusal) {
            _ = try Money.fen(yuan: text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("0", 0), ("1250", 125_000), ("1250.5", 125_050), ("1250.50", 125_050),
        ("0.01", 1), ("10000000", 1_000_000_000), ("10000000.00", 1_000_000_000),
        ("1.0E7", 1_000_000_000), ("1.25e3", 125_000), ("125e-2", 125), ("0012", 1_200),
        ("1.2500E1", 1_250), ("0e5", 0),
    ] as [(String, Int64)])
    func `yuan are read exactly into fen`(text: String, fen: Int64) throws {
        #expect(try Money.fen(yuan: text) == fen)
    }

    @Test func `every fen up to a thousand yuan survives, and the largest amounts`() throws {
        for fen in Array(0...100_000) + Array(999_999_900...1_000_000_000) {
            #expect(try Money.fen(yuan: Money.yuan(fen: Int64(fen))) == Int64(fen))
        }
    }

    @Test(arguments: [
        "", " ", "abc", "1,250", "1.", ".5", "1 250", "1250 ", "0x10", "NaN", "Infinity", "１２",
        "1e", "1e+", "1e1234", "--1", "1.2.3", "元", "1250元",
        String(repeating: "1", count: 65),
    ])
    func `what is no number is refused as such`(text: String) {
        #expect(refusal(text) == .notANumber)
    }

    @Test(arguments: ["-1", "+1", "-0", "-0.001", "-99999999999999999999", "+0.00"])
    func `a sign is refused, before anything else about the amount`(text: String) {
        #expect(refusal(text) == .sign)
    }

    @Test(arguments: ["0.001", "1.000", "1250.505", "99999999999.999", "1e-3", "1.2345e1",
        "4503599627370.497e-6",
    ])
    func `a third decimal is refused`(text: String) {
        #expect(refusal(text) == .decimals)
    }

    @Test(arguments: [
        "10000000.01", "10000001", "99999999999999999999", "1e8", "1e300", "9223372036854775807",
        "92233720368547758.07",
    ])
    func `more than ten million yuan is refused`(text: String) {
        #expect(refusal(text) == .limit)
    }

    @Test func `fen are written as yuan with two decimals`() {
        #expect(Money.yuan(fen: 125_050) == "1250.50")
        #expect(Money.yuan(fen: 5) == "0.05")
        #expect(Money.yuan(fen: -105) == "-1.05")
    }

    @Test func `whole numbers are told from others`() {
        func integer(_ text: String) -> Int64? {
            Array(text.utf8).withUnsafeBytes { DecimalText(utf8: $0)?.integer }
        }
        #expect(integer("3") == 3)
        #expect(integer("-3") == -3)
        #expect(integer("3.0") == 3)
        #expect(integer("3e2") == 300)
        #expect(integer("3.5") == nil)
        #expect(integer("3e-1") == nil)
        #expect(integer("0.000000000000000000") == 0)
    }

    @Test func `rounding down goes towards minus infinity`() {
        func down(_ text: String, _ decimals: Int) -> Int64? {
            Array(text.utf8).withUnsafeBytes {
                DecimalText(utf8: $0)?.roundedDown(decimals: decimals)
            }
        }
        #expect(down("79.99", 0) == 79)
        #expect(down("-79.99", 0) == -80)
        #expect(down("1.239", 2) == 123)
        #expect(down("1e-300", 2) == 0)
        #expect(down("1e300", 2) == nil)
    }
}
