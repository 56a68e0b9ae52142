import Households

/// A condition or a quantity in words, in both languages. Parameters are left open: their values
/// are put in where it is shown, because they differ by division and day.
package struct Phrase: Sendable {
    enum Part: Sendable, Equatable {
        case text(String)
        /// The parameter at this place of the rule's, counted in a unit.
        case parameter(Int, Measure.Unit)
    }

    let zh: [Part]
    let en: [Part]

    init(zh: [Part], en: [Part]) {
        self.zh = zh
        self.en = en
    }

    /// Sentences in which `{0}`, `{1}`… stand for other phrases.
    init(zh: String, en: String, _ parts: Phrase...) {
        self.init(zh: zh, en: en, parts)
    }

    /// See the other.
    init(zh: String, en: String, _ parts: [Phrase]) {
        self.zh = Phrase.filled(zh, parts.map(\.zh))
        self.en = Phrase.filled(en, parts.map(\.en))
    }

    /// Phrases with something between them.
    static func joined(_ parts: [Phrase], zh: String, en: String) -> Phrase {
        func row(_ rows: [[Part]], _ separator: String) -> [Part] {
            Array(rows.joined(separator: [.text(separator)]))
        }
        return Phrase(zh: row(parts.map(\.zh), zh), en: row(parts.map(\.en), en))
    }

    private static func filled(_ text: String, _ parts: [[Part]]) -> [Part] {
        var result: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}"),
            let place = Int(rest[rest.index(after: open)..<close]), parts.indices.contains(place)
        {
            if open > rest.startIndex { result.append(.text(String(rest[..<open]))) }
            result += parts[place]
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { result.append(.text(String(rest))) }
        return result
    }

    /// The words with the values of the rule's parameters, in their order.
    package func sentence(_ values: [Int64]) -> Sentence {
        func text(_ parts: [Part], _ language: KeyPath<Sentence, String>) -> String {
            parts.map { part in
                switch part {
                case .text(let text): text
                case .parameter(let place, let unit):
                    values.indices.contains(place)
                        ? unit.text(values[place])[keyPath: language] : "—"
                }
            }.joined()
        }
        return Sentence(zh: text(zh, \.zh), en: text(en, \.en))
    }
}

/// Numbers of alerts with their units.
package enum Quantities {
    /// A number in words; `unit` as in `Explanation.Figure`, an unknown one says nothing.
    package static func text(_ value: Int64, unit: String) -> Sentence {
        (Measure.Unit(rawValue: unit) ?? .plain).text(value)
    }
}

extension Measure.Unit {
    /// A number with its unit: fen as yuan, days of the year as dates of a year without a leap day.
    func text(_ value: Int64) -> Sentence {
        switch self {
        case .fen:
            let yuan = TextTemplate.yuan(value)
            return Sentence(zh: "\(yuan)元", en: "\(yuan) yuan")
        case .yuan: return Sentence(zh: "\(value)元", en: "\(value) yuan")
        case .days: return Sentence(zh: "\(value)天", en: value == 1 ? "1 day" : "\(value) days")
        case .years: return Sentence(zh: "\(value)周岁", en: "\(value) years")
        case .percent: return Sentence(zh: "\(value)%", en: "\(value) %")
        case .dayOfYear:
            let civil = (Day.first(ofMonth: 2025 * 12) + (Int(clamping: value) - 1)).civil
            guard (1...365).contains(value) else { return Sentence(zh: "\(value)", en: "\(value)") }
            return Sentence(
                zh: "\(civil.month)月\(civil.day)日",
                en: "\(civil.day) \(Self.months[Int(civil.month) - 1])")
        case .month:
            guard (1...12).contains(value) else { return Sentence(zh: "\(value)", en: "\(value)") }
            return Sentence(zh: "\(value)月", en: Self.months[Int(value) - 1])
        case .count, .year, .plain: return Sentence(zh: "\(value)", en: "\(value)")
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
}
