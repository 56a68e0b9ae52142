import Workers
import YAML

/// Reads the CSV file that `feed` was given, with what the command line says of it.
enum CSVFile {
    /// The file's rows as JSON lines. Throws with file and line what cannot be read; what a row
    /// says is for the intake to judge.
    static func events(
        file: String, pipeline: String, _ invocation: Invocation
    ) throws -> [UInt8] {
        guard let bytes = FileBytes.read(file) else {
            throw CommandError.failed("\(file) cannot be read")
        }
        let folder = try invocation.configuration.required("folders.pipelines")
        let catalogue = try IntakeCatalogue(file: "\(folder)/\(pipeline)/events.yaml")
        let type = invocation.arguments.value("--type")
        if let type, catalogue.event(named: type) == nil {
            let closest = Spelling.closest(to: type, in: catalogue.events.map(\.type))
            throw CommandError.usage(
                "\(pipeline) knows no event type '\(type)'"
                    + (closest.map { "; did you mean '\($0)'?" } ?? ""))
        }
        let defaults = CSVFeed.Defaults(
            type: type, source: invocation.arguments.value("--source"),
            file: String(file.split(separator: "/").last ?? ""),
            batch: invocation.arguments.value("--batch"))
        do throws(CSVReader.Failure) {
            return try lines(bytes, catalogue, defaults)
        } catch {
            throw CommandError.failed("\(file):\(error.line): \(error.message)")
        }
    }

    private static func lines(
        _ bytes: [UInt8], _ catalogue: IntakeCatalogue, _ defaults: CSVFeed.Defaults
    ) throws(CSVReader.Failure) -> [UInt8] {
        var reader = CSVReader(bytes)
        guard let header = try reader.next() else {
            throw CSVReader.Failure(line: 1, message: "expected a row that names the columns")
        }
        var feed = try CSVFeed(catalogue: catalogue, header: header, defaults: defaults)
        var output: [UInt8] = []
        while let row = try reader.next() {
            output += try feed.line(row, line: reader.rowLine)
            output.append(0x0a)
        }
        return output
    }
}
