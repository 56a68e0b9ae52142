/// A resident identity number (GB 11643-1999): six digits of the issuing division, eight of the
/// birth date, three of sequence and a check digit by ISO 7064 MOD 11-2. Disability certificates
/// of 20 or 22 characters begin with it (formats, section 1; GB/T 26341). The issuing division is
/// not checked: codes long abolished occur.
///
/// It never leaves the intake: only its pseudonym does. It has no description on purpose.
public struct IdentityNumber: Equatable, Sendable {
    /// Which check failed.
    public enum Refusal: Error, Equatable, Sendable {
        /// Not 18, 20 or 22 characters of the form.
        case format
        /// Digits 7 to 14 are no day.
        case birthDate
        /// The 18th character is not the one the others give.
        case checkDigit
    }

    /// The 18 characters, `X` upper case.
    private let characters: [UInt8]
    public let birthDate: Day

    /// Reads the number from a resident number or a disability certificate.
    public init(utf8 bytes: UnsafeRawBufferPointer) throws(Refusal) {
        guard IdentityNumber.hasForm(bytes) else { throw .format }
        func number(_ range: Range<Int>) -> Int {
            range.reduce(0) { $0 * 10 + Int(bytes[$1] - 0x30) }
        }
        guard let day = Day(year: number(6..<10), month: number(10..<12), day: number(12..<14))
        else { throw .birthDate }
        guard IdentityNumber.checkCharacter(bytes) == IdentityNumber.upper(bytes[17])
        else { throw .checkDigit }
        birthDate = day
        var characters = [UInt8](bytes[..<18])
        characters[17] = IdentityNumber.upper(characters[17])
        self.characters = characters
    }

    /// 18 characters, or a certificate's 20 (category and grade follow) or 22 (a reissue: two
    /// more, the first may be `B`).
    private static func hasForm(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard [18, 20, 22].contains(bytes.count) else { return false }
        for (index, byte) in bytes.enumerated() {
            if byte >= 0x30, byte <= 0x39 { continue }
            switch index {
            case 17 where upper(byte) == 0x58: continue
            case 20 where upper(byte) == 0x42: continue
            default: return false
            }
        }
        return true
    }

    private static func upper(_ byte: UInt8) -> UInt8 {
        byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte
    }

    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let checks = [UInt8]("10X98765432".utf8)

    /// The check character that the first 17 digits give.
    public static func checkCharacter(_ digits: some Collection<UInt8>) -> UInt8 {
        var sum = 0
        for (weight, byte) in zip(weights, digits) { sum += weight * Int(byte &- 0x30) }
        return checks[sum % 11]
    }

    /// What stands for the person behind the intake.
    public func pseudonym(_ key: PseudonymKey) -> Pseudonym {
        key.pseudonym("person:", characters)
    }
}

/// A household register's number: letters, digits and hyphens, 1 to 32 (formats, section 1).
public enum HouseholdNumber {
    public static func isValid(utf8 bytes: UnsafeRawBufferPointer) -> Bool {
        guard (1...32).contains(bytes.count) else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d: true
            default: false
            }
        }
    }

    /// What stands for the household behind the intake.
    public static func pseudonym(
        utf8 bytes: UnsafeRawBufferPointer, _ key: PseudonymKey
    ) -> Pseudonym {
        key.pseudonym("household:", bytes)
    }
}

/// Hides identity numbers that stand in text they do not belong in: a firm's code that is its
/// owner's number, a reason with a number in it. Each is replaced by the person's pseudonym, so
/// the same text stays the same.
public enum IdentityNumberVeil {
    /// `nil` when the text holds none, which is nearly always.
    public static func veiled(_ bytes: UnsafeRawBufferPointer, _ key: PseudonymKey) -> [UInt8]? {
        guard bytes.count >= 18 else { return nil }
        var result: [UInt8] = []
        var copied = 0
        var start = 0
        while start + 18 <= bytes.count {
            let window = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + 18)])
            if let number = try? IdentityNumber(utf8: window) {
                result.append(contentsOf: bytes[copied..<start])
                number.pseudonym(key).write(into: &result)
                start += 18
                copied = start
            } else {
                start += 1
            }
        }
        guard copied > 0 else { return nil }
        result.append(contentsOf: bytes[copied...])
        return result
    }
}
