import Households
import JSON
import Streams

extension IntakeValueReader {
    typealias Field = IntakeCatalogue.Field

    /// One value, checked by its kind.
    func value(_ field: JSONField, _ plan: Field) throws(RecordFailure) -> IntakeValue {
        switch plan.kind {
        case .person: return .pseudonym(try person(string(field, plan), plan))
        case .household:
            let text = try string(field, plan)
            guard HouseholdNumber.isValid(utf8: text) else {
                throw failure(
                    "household.format", plan, "expected 1 to 32 letters, digits and hyphens")
            }
            return .text(text)
        case .number: return .text(try text(field, plan, longest: Limits.numberBytes))
        case .text(let longest): return .text(try text(field, plan, longest: longest))
        case .token(let longest): return .text(try token(field, plan, longest: longest))
        case .code:
            let text = try string(field, plan)
            guard plan.codeTable.index(of: text) != nil else {
                let codes = plan.codes.map(\.code).joined(separator: ", ")
                throw failure("field.value", plan, "expected one of \(codes)")
            }
            return .text(text)
        case .integer(let range):
            guard let value = try number(field, plan).integer else {
                throw failure("field.type", plan, "expected a whole number")
            }
            guard range.contains(value) else {
                throw failure(
                    "field.value", plan,
                    "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .integer(value)
        case .yuan(let limit): return .integer(try yuan(field, plan, limit))
        case .percent: return .integer(try scaled(field, plan, decimals: 0, limit: 100))
        case .hundredths(let limit):
            return .integer(try scaled(field, plan, decimals: 2, limit: limit))
        case .boolean: return .integer(try boolean(field, plan) ? 1 : 0)
        case .day: return .integer(Int64(try day(string(field, plan), plan).number))
        case .month: return .integer(try month(string(field, plan), plan))
        case .term: return .text(try term(string(field, plan), plan))
        case .division:
            let division = try area(string(field, plan), plan)
            guard division.digits == 12 else {
                throw failure("division.format", plan, "expected a division code of 12 digits")
            }
            try known(division, plan)
            return .integer(division.code)
        case .area:
            let text = try string(field, plan)
            _ = try area(text, plan)
            return .integer(text.reduce(0) { $0 * 10 + Int64($1 - 0x30) })
        case .areas: return .joined(try areas(field, plan))
        case .instant:
            guard let value = InstantText.milliseconds(utf8: try string(field, plan)) else {
                throw failure("date.format", plan, "expected an RFC 3339 instant")
            }
            return .integer(value)
        case .pseudonym:
            guard let pseudonym = Pseudonym(utf8: try string(field, plan)) else {
                throw failure("household.format", plan, "expected a pseudonym of 26 characters")
            }
            return .pseudonym(pseudonym)
        case .texts: return .list(try texts(field, plan))
        case .evidence: return .list(try evidence(field, plan))
        }
    }

    func string(
        _ field: JSONField, _ plan: Field
    ) throws(RecordFailure) -> UnsafeRawBufferPointer {
        guard field.kind == .string else { throw failure("field.type", plan, "expected text") }
        return field.text
    }

    /// A number, or text that holds one.
    private func number(_ field: JSONField, _ plan: Field) throws(RecordFailure) -> DecimalText {
        guard field.kind == .number || field.kind == .string,
            let number = DecimalText(utf8: field.text)
        else { throw failure("field.type", plan, "expected a number") }
        return number
    }

    private func yuan(
        _ field: JSONField, _ plan: Field, _ limit: Int64
    ) throws(RecordFailure) -> Int64 {
        guard field.kind == .number || field.kind == .string else {
            throw failure("field.type", plan, "expected yuan")
        }
        do throws(Money.Refusal) {
            return try Money.fen(yuan: field.text, limitFen: limit)
        } catch {
            switch error {
            case .notANumber: throw failure("field.type", plan, "expected yuan")
            case .sign: throw failure("amount.sign", plan, "expected yuan without a sign")
            case .decimals:
                throw failure("amount.decimals", plan, "expected yuan with at most two decimals")
            case .limit:
                throw failure(
                    "amount.limit", plan, "expected at most \(Money.yuan(fen: limit)) yuan")
            }
        }
    }

    /// 0 to `limit`, times 10 to the `decimals`, rounded down.
    private func scaled(
        _ field: JSONField, _ plan: Field, decimals: Int, limit: Int64
    ) throws(RecordFailure) -> Int64 {
        let number = try number(field, plan)
        var most = limit
        for _ in 0..<decimals { most *= 10 }
        // One step finer, so that 100.5 is seen to be above 100.
        guard let value = number.roundedDown(decimals: decimals), value >= 0, value <= most,
            let finer = number.roundedDown(decimals: decimals + 9), finer <= most * 1_000_000_000
        else { throw failure("field.value", plan, "expected a number from 0 to \(limit)") }
        return value
    }

    private func boolean(_ field: JSONField, _ plan: Field) throws(RecordFailure) -> Bool {
        switch field.kind {
        case .true: return true
        case .false: return false
        case .string:
            let lower = field.text.map { $0 >= 0x41 && $0 <= 0x5a ? $0 + 0x20 : $0 }
            if lower.elementsEqual("true".utf8) { return true }
            if lower.elementsEqual("false".utf8) { return false }
        default: break
        }
        throw failure("field.type", plan, "expected true or false")
    }

    private func text(
        _ field: JSONField, _ plan: Field, longest: Int
    ) throws(RecordFailure) -> UnsafeRawBufferPointer {
        let text = try string(field, plan)
        guard text.count <= longest, text.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw failure(
                "field.value", plan,
                "expected text of at most \(longest) bytes without control characters")
        }
        return text
    }

    func token(
        _ field: JSONField, _ plan: Field, longest: Int
    ) throws(RecordFailure) -> UnsafeRawBufferPointer {
        let text = try string(field, plan)
        guard text.count <= longest, text.allSatisfy(IntakeValueReader.isTokenByte) else {
            throw failure(
                "field.value", plan, "expected up to \(longest) letters, digits and . _ : -")
        }
        return text
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3a, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
        default: false
        }
    }

    private func person(
        _ text: UnsafeRawBufferPointer, _ plan: Field
    ) throws(RecordFailure) -> Pseudonym {
        do throws(IdentityNumber.Refusal) {
            let number = try IdentityNumber(utf8: text)
            guard number.birthDate <= latestBirth else { throw .birthDate }
            return number.pseudonym(key)
        } catch {
            switch error {
            case .format:
                throw failure(
                    "identity.format", plan,
                    "expected a resident number of 18 characters, or a certificate of 20 or 22")
            case .birthDate:
                throw failure(
                    "identity.birthDate", plan, "expected a birth date in digits 7 to 14")
            case .checkDigit:
                throw failure(
                    "identity.checkDigit", plan, "expected the check digit of GB 11643")
            }
        }
    }
}
