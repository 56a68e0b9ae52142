/// Money as the feeds write it: yuan with at most two decimals, read exactly into fen (formats,
/// section 1).
public enum Money {
    /// Why an amount was refused. The message to a person names what was expected, never what
    /// was found.
    public enum Refusal: Error, Equatable, Sendable {
        /// No decimal number at all.
        case notANumber
        /// A plus or minus, of zero too.
        case sign
        /// More than two decimals, zeros too.
        case decimals
        /// More than the limit.
        case limit
    }

    /// 10,000,000 yuan: what any amount may be unless the catalogue says otherwise.
    public static let limitFen: Int64 = 1_000_000_000

    /// Reads yuan (`1250`, `1250.5`, `1250.50`) into fen. Of several faults the first of sign,
    /// decimals, limit is told.
    public static func fen(
        yuan bytes: UnsafeRawBufferPointer, limitFen: Int64 = Money.limitFen
    ) throws(Refusal) -> Int64 {
        guard let number = DecimalText(utf8: bytes) else { throw .notANumber }
        guard number.sign == .none else { throw .sign }
        guard number.scale <= 2 else { throw .decimals }
        guard let fen = number.roundedDown(decimals: 2), fen <= limitFen else { throw .limit }
        return fen
    }

    /// The same from text.
    public static func fen(
        yuan text: some StringProtocol, limitFen: Int64 = Money.limitFen
    ) throws(Refusal) -> Int64 {
        var result: Result<Int64, Refusal> = .failure(.notANumber)
        var copy = String(text)
        copy.withUTF8 { utf8 in
            do throws(Refusal) {
                result = .success(try fen(yuan: UnsafeRawBufferPointer(utf8), limitFen: limitFen))
            } catch {
                result = .failure(error)
            }
        }
        return try result.get()
    }

    /// Fen as yuan with two decimals, for people and for feeds: `1250.50`.
    public static func yuan(fen: Int64) -> String {
        let cents = String((fen % 100).magnitude)
        return (fen < 0 ? "-" : "") + String((fen / 100).magnitude) + "."
            + (cents.count < 2 ? "0" : "") + cents
    }
}
