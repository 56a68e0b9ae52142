import Households
import JSON
import Workers
import YAML

/// Turns a CSV file into structured CloudEvents: one event type a file, columns by the names that
/// the pipeline's catalogue lists, Chinese ones included (formats, section 3, end).
enum CSVFeed {
    /// The file's rows as JSON lines. Throws with file and line what cannot be read; what a row
    /// says is for the intake to judge.
    static func events(
        file: String, pipeline: String, _ invocation: Invocation
    ) throws -> [UInt8] {
        guard let bytes = FileBytes.read(file) else {
            throw CommandError.failed("\(file) cannot be read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError.failed(
                "\(file) is not UTF-8; save it as 'CSV UTF-8' in the spreadsheet program")
        }
        guard let type = invocation.arguments.value("--type") else {
            throw CommandError.usage("a CSV file needs --type, the event type of its rows")
        }
        guard let source = invocation.arguments.value("--source") else {
            throw CommandError.usage("a CSV file needs --source, such as urn:gov:529901:labour:hr")
        }
        let folder = try invocation.configuration.required("folders.pipelines")
        let catalogue = try IntakeCatalogue(file: "\(folder)/\(pipeline)/events.yaml")
        guard let event = catalogue.event(named: type) else {
            let closest = Spelling.closest(to: type, in: catalogue.events.map(\.type))
            throw CommandError.usage(
                "\(pipeline) knows no event type '\(type)'"
                    + (closest.map { "; did you mean '\($0)'?" } ?? ""))
        }
        let rows = try CSVReader.rows(of: text, file: file)
        guard let header = rows.first else { throw CommandError.failed("\(file) is empty") }
        let columns = try match(header, event, file)
        var output: [UInt8] = []
        let name = String(file.split(separator: "/").last ?? "")
        for row in rows.dropFirst() {
            guard row.cells.count == header.cells.count else {
                throw CommandError.failed(
                    "\(file):\(row.line): expected \(header.cells.count) columns, "
                        + "found \(row.cells.count)")
            }
            let batch = invocation.arguments.value("--batch")
            JSONWriter.write(into: &output) { json in
                json.beginObject()
                json.field("specversion", "1.0")
                json.field("id", "\(batch ?? name):\(row.line)")
                json.field("source", source)
                json.field("type", type)
                if let batch { json.field("batch", batch) }
                for (column, cell) in zip(columns, row.cells) {
                    if case .attribute(let name)? = column, !cell.isEmpty { json.field(name, cell) }
                }
                json.name("data")
                json.beginObject()
                for (column, cell) in zip(columns, row.cells) {
                    guard case .field(let index)? = column, !cell.isEmpty else { continue }
                    write(cell, event.fields[index], &json)
                }
                json.endObject()
                json.endObject()
            }
            output.append(0x0a)
        }
        return output
    }

    private enum Column {
        /// Index into the event's fields.
        case field(Int)
        /// An attribute of the envelope: `time` or `op`.
        case attribute(String)
    }

    /// Which field each column fills; `nil` for a column nobody asked for, which is ignored.
    private static func match(
        _ header: CSVReader.Row, _ event: IntakeCatalogue.Event, _ file: String
    ) throws(CommandError) -> [Column?] {
        let columns = header.cells.map { cell -> Column? in
            if cell == "time" || cell == "op" { return .attribute(cell) }
            return event.fields.firstIndex { $0.name == cell || $0.columns.contains(cell) }
                .map(Column.field)
        }
        for (index, field) in event.fields.enumerated() where field.isRequired {
            let isThere = columns.contains {
                if case .field(index)? = $0 { true } else { false }
            }
            guard !isThere, field.alternative == nil else { continue }
            let names = ([field.name] + field.columns).joined(separator: ", ")
            throw .failed(
                "\(file):1: expected a column for \(field.name); it may be called \(names)")
        }
        return columns
    }

    /// A cell as the field's value: a code where the spreadsheet has its label, a list where the
    /// field is one, else the text, which the intake reads strictly.
    private static func write(
        _ cell: String, _ field: IntakeCatalogue.Field, _ json: inout JSONWriter
    ) {
        switch field.kind {
        case .areas, .texts:
            json.name(field.name)
            json.beginArray()
            for part in cell.split(whereSeparator: { "、;；,， ".contains($0) }) {
                json.string(String(part))
            }
            json.endArray()
        case .boolean:
            let words = ["是": "true", "否": "false", "1": "true", "0": "false"]
            json.field(field.name, words[cell] ?? cell)
        default:
            let code = field.codes.first { $0.label == cell }?.code
            json.field(field.name, code ?? cell)
        }
    }
}
