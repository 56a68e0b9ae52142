/// The list of major diseases, as ranges of ICD-10 categories (domain dossier, section 10.3).
public struct MajorDiseases: Sendable {
    /// One group an officer sees by name; the code itself never reaches the village.
    public struct Group: Sendable {
        public let zh: String
        public let en: String
        let ranges: [Range]

        /// `ranges` such as `C34`, `Q20-Q28`, `N18.5`. `nil` when one is malformed.
        public init?(zh: String, en: String, ranges: [String]) {
            self.zh = zh
            self.en = en
            var parsed: [Range] = []
            for text in ranges {
                guard let range = Range(text) else { return nil }
                parsed.append(range)
            }
            self.ranges = parsed
        }
    }

    struct Range: Sendable {
        let letter: UInt8
        let first: Int
        let last: Int
        /// The digit after the dot, where the list asks to the digit.
        let decimal: UInt8?

        init?(_ text: String) {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard let low = Category(ends[0]), ends.count <= 2 else { return nil }
            letter = low.letter
            first = low.number
            decimal = low.decimal
            if ends.count == 2 {
                guard let high = Category(ends[1]), high.letter == low.letter,
                    high.decimal == nil, low.decimal == nil, high.number >= low.number
                else { return nil }
                last = high.number
            } else {
                last = low.number
            }
        }

        func contains(_ category: Category) -> Bool {
            letter == category.letter && first <= category.number && category.number <= last
                && (decimal == nil || decimal == category.decimal)
        }
    }

    /// Letter, two digits, and the first digit after the dot.
    struct Category {
        let letter: UInt8
        let number: Int
        let decimal: UInt8?

        init?(_ text: some StringProtocol) {
            let bytes = Array(text.utf8)
            guard bytes.count >= 3, bytes[1] >= 0x30, bytes[1] <= 0x39, bytes[2] >= 0x30,
                bytes[2] <= 0x39
            else { return nil }
            let upper = bytes[0] & 0xdf
            guard upper >= 0x41, upper <= 0x5a else { return nil }
            letter = upper
            number = Int(bytes[1] - 0x30) * 10 + Int(bytes[2] - 0x30)
            decimal = bytes.count >= 5 && bytes[3] == 0x2e ? bytes[4] : nil
        }
    }

    public let groups: [Group]

    public init(groups: [Group]) {
        self.groups = groups
    }

    /// The group a code such as `C34` or `N18.5` lies in; `nil` for none, and for text that is no
    /// code.
    public func group(of code: String) -> Group? {
        guard let category = Category(code) else { return nil }
        return groups.first { $0.ranges.contains { $0.contains(category) } }
    }

    public func contains(_ code: String) -> Bool {
        group(of: code) != nil
    }
}
