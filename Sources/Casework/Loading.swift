import YAML

/// Fields that both files of `Pipelines/casework` have. All throw `YAMLError`, which names file,
/// line and column and what was expected.
extension YAMLNode {
    /// `{zh: ..., en: ...}`, neither empty.
    func localText() throws(YAMLError) -> LocalText {
        var fields = try mapping()
        let zh = try fields.required("zh").string()
        let en = try fields.required("en").string()
        try fields.finish()
        return LocalText(zh: zh, en: en)
    }

    /// Exactly one of `{hours: n}`, `{days: n}`, `{workingDays: n}`.
    func deadline() throws(YAMLError) -> Deadline {
        var fields = try mapping()
        let hours = fields.optional("hours")
        let days = fields.optional("days")
        let workingDays = fields.optional("workingDays")
        try fields.finish()
        let limit = Deadline.limit
        switch (hours, days, workingDays) {
        case (let count?, nil, nil): return .hours(try count.count(atMost: limit.hours))
        case (nil, let count?, nil): return .days(try count.count(atMost: limit.days))
        case (nil, nil, let count?):
            return .workingDays(try count.count(atMost: limit.workingDays))
        default: throw error("expected one of hours, days and workingDays")
        }
    }

    private func count(atMost limit: Int) throws(YAMLError) -> Int {
        let value = try int()
        guard (1...limit).contains(value) else {
            throw error("expected a whole number from 1 to \(limit), found \(value)")
        }
        return value
    }

    func office() throws(YAMLError) -> Office {
        let name = try string(oneOf: Office.allCases.map(\.name))
        return Office(name) ?? .village
    }

    /// A list of words, each from `values` where given, none twice.
    func words(of values: [String]? = nil) throws(YAMLError) -> [String] {
        var words: [String] = []
        for node in try sequence() {
            let word =
                if let values { try node.string(oneOf: values) } else { try node.string() }
            if words.contains(word) { throw node.error("'\(word)' is named twice") }
            words.append(word)
        }
        return words
    }
}
