package import Households
package import YAML

/// Reads a folder of policy files (formats, section 10) into `Policy`: `lines.yaml`,
/// `disposable.yaml` and `divisions.yaml` must be there; `calendars.yaml` and `parameters.yaml`
/// may be missing. Strict: an unknown key, a figure that stands twice or a value of another form
/// is an error with file, line and column. Used at start only.
package enum PolicyFolder {
    /// Bounds on what a folder may say.
    package enum Limits {
        /// Entries of one file: more divisions than the country has counties and towns together.
        package static let entries = 100_000
    }

    /// Reads the folder. Throws where a file says what it may not; mend the file and start again.
    package static func load(_ folder: String) throws(YAMLError) -> Policy {
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        return try read(in: prefix) { name in
            FileBytes.read(prefix + name).map { bytes in
                ReleaseFiles.File(
                    path: "policy/\(name)", text: String(decoding: bytes, as: UTF8.self),
                    origin: prefix + name)
            }
        }
    }

    /// The same from files already read; `place` stands before the name of a missing one.
    package static func read(
        in place: String = "policy/", _ file: (_ name: String) -> ReleaseFiles.File?
    ) throws(YAMLError) -> Policy {
        var digest = ""
        func list(_ name: String, required: Bool) throws(YAMLError) -> [YAMLNode] {
            guard let file = file(name) else {
                if !required { return [] }
                throw YAMLError(
                    file: place + name, line: 0, column: 0,
                    message: "expected a file that can be read")
            }
            digest += "\(name) \(file.text.utf8.count)\n" + file.text
            let items = try YAMLNode.parse(text: file.text, file: file.origin).sequence()
            if items.count > Limits.entries {
                throw items[Limits.entries].error("expected at most \(Limits.entries) entries")
            }
            return items
        }
        let lines = try figures(list("lines.yaml", required: true))
        let disposable = try figures(list("disposable.yaml", required: true))
        let divisions = try names(list("divisions.yaml", required: true))
        let calendar = try days(list("calendars.yaml", required: false))
        let parameters = try overrides(list("parameters.yaml", required: false))
        return Policy(
            lines: lines, disposable: disposable, divisions: divisions, calendar: calendar,
            parameters: parameters, digest: Pseudonym.digest(digest).description)
    }

    /// `{division, year, yuan, provisional?}`.
    private static func figures(_ items: [YAMLNode]) throws(YAMLError) -> [Policy.YearFigure] {
        var result: [Policy.YearFigure] = []
        var seen: Set<String> = []
        for item in items {
            var fields = try item.mapping()
            let division = try division(fields.required("division"))
            let yearNode = try fields.required("year")
            let year = try yearNode.int()
            guard (1990...2200).contains(year) else {
                throw yearNode.error("expected a year from 1990 to 2200")
            }
            let yuan = try fields.required("yuan")
            let fen = try amount(yuan)
            let provisional = try fields.optional("provisional")?.bool() ?? false
            try fields.finish()
            guard seen.insert("\(division) \(year)").inserted else {
                throw item.error("the figure of \(division) for \(year) stands twice")
            }
            result.append(
                Policy.YearFigure(
                    division: division, year: year, fen: fen, isProvisional: provisional))
        }
        return result
    }

    private static func amount(_ node: YAMLNode) throws(YAMLError) -> Int64 {
        let text = try node.decimal()
        do throws(Money.Refusal) {
            return try Money.fen(yuan: text)
        } catch {
            throw node.error("expected yuan from 0 to 10000000 with at most two decimals")
        }
    }

    /// `{code, name: {zh, en}}`.
    private static func names(
        _ items: [YAMLNode]
    ) throws(YAMLError) -> [Division: Policy.DivisionName] {
        var result: [Division: Policy.DivisionName] = [:]
        for item in items {
            var fields = try item.mapping()
            let code = try division(fields.required("code"))
            var name = try fields.required("name").mapping()
            let zh = try name.required("zh").string()
            let en = try name.required("en").string()
            try name.finish()
            try fields.finish()
            guard result.updateValue(Policy.DivisionName(zh: zh, en: en), forKey: code) == nil
            else { throw item.error("the division \(code) stands twice") }
        }
        return result
    }

    /// `{division?, date, off}`.
    private static func days(_ items: [YAMLNode]) throws(YAMLError) -> [Policy.CalendarDay] {
        var result: [Policy.CalendarDay] = []
        var seen: Set<String> = []
        for item in items {
            var fields = try item.mapping()
            var division: Division?
            if let node = fields.optional("division") { division = try self.division(node) }
            let date = try day(fields.required("date"))
            let isOff = try fields.required("off").bool()
            try fields.finish()
            guard seen.insert("\(division?.description ?? "") \(date)").inserted else {
                throw item.error("the day \(date) stands twice for the same division")
            }
            result.append(Policy.CalendarDay(division: division, date: date, isOff: isOff))
        }
        return result
    }

    /// `{rule, name, division?, from?, value}`.
    private static func overrides(
        _ items: [YAMLNode]
    ) throws(YAMLError) -> [Policy.ParameterOverride] {
        var result: [Policy.ParameterOverride] = []
        var seen: Set<String> = []
        for item in items {
            var fields = try item.mapping()
            let rule = try fields.required("rule").string()
            let name = try fields.required("name").string()
            var division: Division?
            if let node = fields.optional("division") { division = try self.division(node) }
            var from: Day?
            if let node = fields.optional("from") { from = try day(node) }
            let value = try fields.required("value").int()
            try fields.finish()
            let place = [rule, name, division?.description ?? "", from?.description ?? ""]
            guard seen.insert(place.joined(separator: " ")).inserted else {
                throw item.error(
                    "the parameter \(rule).\(name) stands twice for the same division and day")
            }
            result.append(
                Policy.ParameterOverride(
                    rule: rule, name: name, division: division, from: from, value: Int64(value)))
        }
        return result
    }

    private static func division(_ node: YAMLNode) throws(YAMLError) -> Division {
        guard let division = Division(try node.string()) else {
            throw node.error("expected a division code of 2, 4, 6, 9 or 12 digits")
        }
        return division
    }

    private static func day(_ node: YAMLNode) throws(YAMLError) -> Day {
        guard let day = Day(iso: try node.string()) else {
            throw node.error("expected a day such as 2026-03-05")
        }
        return day
    }
}
