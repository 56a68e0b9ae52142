/// The table of words in docs/RULES.md, made from what the checks know of them, so that it cannot
/// fall behind.
package enum VocabularyTable {
    /// A table's words, by how they are written.
    private typealias Group = (heading: String, words: [(name: String, word: Word)])

    /// The tables of rules about households in Markdown, with a heading each.
    package static var markdown: String { markdown(groups) }

    /// The same of rules about villages.
    package static var areaMarkdown: String { markdown(areaGroups) }

    private static func markdown(_ groups: [Group]) -> String {
        groups.map { group in
            var text = "\(group.heading)\n\n"
            text += "| word 词 | in 单位 | what it is | 说明 |\n|---|---|---|---|\n"
            for (name, word) in group.words {
                text += "| `\(name)` | \(unit(word.measure)) | \(word.en) | \(word.zh) |\n"
            }
            return text
        }.joined(separator: "\n")
    }

    private static var areaGroups: [Group] {
        [
            (
                "The village 村:",
                AreaVocabulary.Variable.allCases.map { ("\($0)", $0.word) }
            ),
            (
                "Its produce 主要农产品, `p` in `produce.exists(p, …)`:",
                AreaVocabulary.ProduceField.allCases.map { ("p.\($0)", $0.word) }
            ),
            ("Functions 函数:", FunctionWord.ofVillage.map { ($0.call, $0.word) }),
        ]
    }

    private static var groups: [Group] {
        [
            (
                "The household 家庭:",
                Vocabulary.Variable.allCases.map { ("\($0)", $0.word) }
                    + FactWord.ofHousehold.map { ($0.rawValue, $0.word) }
            ),
            (
                "Its income 收入, fields of `income`; a rule that reads one of the first five, or "
                    + "`line`, cannot judge without a declaration and a line:",
                Vocabulary.IncomeField.allCases.map { ("income.\($0)", $0.word) }
            ),
            (
                "A member 成员, `m` or an element of `members`:",
                Vocabulary.MemberField.allCases.map { ("m.\($0)", $0.word) }
                    + FactWord.ofMember.map { ("m.\($0)", $0.word) }
            ),
            (
                "A loss 灾害损失, `l` in `losses(n).exists(l, …)`:",
                Vocabulary.LossField.allCases.map { ("l.\($0)", $0.word) }
            ),
            (
                "A house 住房, `h` in `houses.exists(h, …)`:",
                Vocabulary.HouseField.allCases.map { ("h.\($0)", $0.word) }
            ),
            (
                "A fact in a list 列表中的记录, `f` in `loans.exists(f, …)`:",
                FactField.allCases.map { ("f.\($0)", $0.word) }
            ),
            ("Functions 函数:", FunctionWord.all.map { ($0.call, $0.word) }),
        ]
    }

    /// What a word is counted in, and what it can be.
    private static func unit(_ measure: Measure) -> String {
        if measure.isTruth { return "yes or no 是否" }
        if measure.words != nil { return "text 文字" }
        guard let unit = measure.unit else { return "" }
        let name = "\(unit.name.en) \(unit.name.zh)"
        let (least, most) = (measure.range.lowerBound, measure.range.upperBound)
        switch (least == .min, most == .max) {
        case (true, true): return name
        case (false, true): return "\(name), ≥ \(least)"
        case (true, false): return "\(name), ≤ \(most)"
        case (false, false): return "\(name), \(least) to \(most)"
        }
    }
}

extension Measure.Unit {
    /// Short names for a table.
    fileprivate var name: Sentence {
        switch self {
        case .fen: Sentence(zh: "分", en: "fen")
        case .yuan: Sentence(zh: "元", en: "yuan")
        case .days: Sentence(zh: "天", en: "days")
        case .years: Sentence(zh: "岁", en: "years")
        case .percent: Sentence(zh: "百分比", en: "percent")
        case .count: Sentence(zh: "个", en: "count")
        case .dayOfYear: Sentence(zh: "日序", en: "day")
        case .month: Sentence(zh: "月", en: "month")
        case .year: Sentence(zh: "年", en: "year")
        case .plain: Sentence(zh: "数", en: "number")
        }
    }
}
