import JSON
import Households

/// Turns a department's CSV file into feed records: each row becomes a CloudEvent in structured
/// mode, one JSON line. The first row names the columns, by the catalogue's Chinese names or by
/// the fields' own. Nothing is checked here beyond the columns: a wrong cell must reach the intake
/// and get its dead letter, with its place in the file as `id`.
package struct CSVFeed {
    /// What the file itself does not say.
    package struct Defaults: Sendable {
        /// The type of rows without a column `type` (事件类型).
        package var type: String?
        /// The source of rows without a column `source` (来源).
        package var source: String?
        /// Begins the ids of rows without a column `id`: `<file>:<line>`.
        package var file: String
        /// The batch of rows without a column `batch`; begins their ids, if given.
        package var batch: String?

        package init(
            type: String? = nil, source: String? = nil, file: String, batch: String? = nil
        ) {
            self.type = type
            self.source = source
            self.file = file
            self.batch = batch
        }
    }

    /// Envelope columns and the attribute each fills.
    package static let envelopeColumns: [(column: String, attribute: String)] = [
        ("id", "id"), ("记录编号", "id"), ("source", "source"), ("来源", "source"),
        ("type", "type"), ("事件类型", "type"), ("time", "time"), ("入账时间", "time"),
        ("op", "op"), ("操作", "op"), ("batch", "batch"), ("批次", "batch"),
    ]

    /// What operations are called in Chinese.
    private static let operations = [
        "新增": "create", "更正": "correct", "冲销": "reverse", "快照": "snapshot",
    ]

    private let catalogue: IntakeCatalogue
    private let header: [String]
    private let defaults: Defaults
    /// By type: for each column the field's index; `nil` for an envelope or unknown column.
    private var plans: [String: [Int?]] = [:]
    /// By event name in Chinese: the type.
    private let types: [String: String]

    /// Plans a file by its first row. Throws when neither a column nor the defaults give a type or
    /// a source, when a column stands twice, or when a required field of the defaults' type has no
    /// column: then nothing of the file could be good.
    package init(
        catalogue: IntakeCatalogue, header: [String], defaults: Defaults
    ) throws(CSVReader.Failure) {
        self.catalogue = catalogue
        self.header = header
        self.defaults = defaults
        types = Dictionary(
            catalogue.events.map { ($0.zh, $0.type) }, uniquingKeysWith: { first, _ in first })
        func fail(_ message: String) -> CSVReader.Failure {
            CSVReader.Failure(line: 1, message: message)
        }
        guard Set(header).count == header.count else {
            throw fail("expected each column once")
        }
        func has(_ attribute: String) -> Bool {
            CSVFeed.envelopeColumns.contains {
                $0.attribute == attribute && header.contains($0.column)
            }
        }
        guard has("type") || defaults.type != nil else {
            throw fail("expected a column type (事件类型), or a type given for the whole file")
        }
        guard has("source") || defaults.source != nil else {
            throw fail("expected a column source (来源), or a source given for the whole file")
        }
        guard !has("type"), let type = defaults.type, let event = catalogue.event(named: type)
        else { return }
        for field in event.fields where field.isRequired && field.alternative == nil {
            let names = [field.name] + field.columns
            guard !names.contains(where: header.contains) else { continue }
            throw fail(
                "expected a column for \(field.name); it may be called "
                    + names.joined(separator: ", "))
        }
    }

    /// Columns of the first row that no event of this feed reads, for a warning.
    package var unknownColumns: [String] {
        let known = Set(catalogue.columns.map(\.column))
        return header.filter { column in
            !known.contains(column)
                && !CSVFeed.envelopeColumns.contains { $0.column == column }
        }
    }

    /// One row as a JSON line without a line end. `line` is the row's first line in the file.
    package mutating func line(_ cells: [String], line: Int) throws(CSVReader.Failure) -> [UInt8] {
        guard cells.count == header.count else {
            throw CSVReader.Failure(
                line: line, message: "expected \(header.count) columns, found \(cells.count)")
        }
        var attributes: [String: String] = [:]
        for (column, cell) in zip(header, cells) where !cell.isEmpty {
            if let known = CSVFeed.envelopeColumns.first(where: { $0.column == column }) {
                attributes[known.attribute] = cell
            }
        }
        let named = attributes["type"] ?? defaults.type ?? ""
        let type = types[named] ?? named
        let operation = attributes["op"].map { CSVFeed.operations[$0] ?? $0 }
        let event = catalogue.event(named: type)
        let plan = event.map { self.plan($0) } ?? []
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("specversion", "1.0")
        writer.field("id", attributes["id"] ?? "\(defaults.batch ?? defaults.file):\(line)")
        writer.field("source", attributes["source"] ?? defaults.source ?? "")
        writer.field("type", type)
        if let time = attributes["time"] { writer.field("time", time) }
        if let operation { writer.field("op", operation) }
        if let batch = attributes["batch"] ?? defaults.batch { writer.field("batch", batch) }
        writer.name("data")
        writer.beginObject()
        if let event {
            for (index, cell) in cells.enumerated() where !cell.isEmpty {
                guard let field = plan[index] else { continue }
                CSVFeed.write(cell, event.fields[field], &writer)
            }
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private mutating func plan(_ event: IntakeCatalogue.Event) -> [Int?] {
        if let known = plans[event.type] { return known }
        let plan = header.map { column in
            event.fields.firstIndex { $0.name == column || $0.columns.contains(column) }
        }
        plans[event.type] = plan
        return plan
    }

    /// A cell as the field's JSON: labels become codes, 是 and 否 truths, lists are split; numbers
    /// stay text, which the intake reads.
    private static func write(
        _ cell: String, _ field: IntakeCatalogue.Field, _ writer: inout JSONWriter
    ) {
        writer.name(field.name)
        switch field.kind {
        case .boolean:
            switch cell {
            case "是", "1": writer.bool(true)
            case "否", "0": writer.bool(false)
            default: writer.string(cell)
            }
        case .areas, .texts:
            writer.beginArray()
            let separators: Set<Character> = [",", "，", ";", "；", "、", " "]
            for part in cell.split(whereSeparator: { separators.contains($0) }) {
                writer.string(String(part))
            }
            writer.endArray()
        case .day:
            writer.string(isoDay(cell) ?? cell)
        default:
            writer.string(field.codes.first { $0.label == cell }?.code ?? cell)
        }
    }

    /// `2026/3/5` and `2026年3月5日`, which spreadsheets write, as `2026-03-05`.
    private static func isoDay(_ cell: String) -> String? {
        let parts = cell.split(whereSeparator: { "/年月日".contains($0) })
        guard parts.count == 3, cell.contains("/") || cell.contains("年"), parts[0].count == 4,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        return Day(year: year, month: month, day: day)?.description
    }
}
