package import Households
import JSON
package import YAML

/// The files of a release (docs/RULES.md, "Releases"): the rules about households and about villages
/// with their tests, the measures and the process of casework, and the policy they use. Named by their content: the same files have
/// the same address everywhere, wherever they were read.
package struct ReleaseFiles: Sendable {
    /// One file.
    package struct File: Sendable {
        /// `monitor/…`, `area/…`, `casework/…` or `policy/…`, what it is in the release.
        package let path: String
        package let text: String
        /// Where it was read, for messages about mistakes.
        package let origin: String

        package init(path: String, text: String, origin: String) {
            self.path = path
            self.text = text
            self.origin = origin
        }
    }

    /// Ascending by path.
    package let files: [File]
    /// The first 128 bits of SHA-256 over every path, length in bytes and text, in order: what
    /// alerts name as `ruleSet`.
    package let address: Pseudonym

    /// Bounds on a release.
    package enum Limits {
        /// Bytes of the record it is published as: what a broker takes by default (1 MiB), without
        /// headers.
        package static let recordBytes = 1_000_000
    }

    /// A release of these files.
    package init(_ files: [File]) {
        self.files = files.sorted { $0.path < $1.path }
        var content = ""
        for file in self.files {
            content += "\(file.path) \(file.text.utf8.count)\n" + file.text
        }
        address = Pseudonym.digest(content)
    }

    // MARK: From folders

    /// Reads `<pipelines>/monitor`, `/area`, `/casework` and the policy folder: every `*.yaml` but
    /// `pipeline.yaml`, which says how a worker is built, not what it decides. Throws on a file that
    /// cannot be read.
    package static func read(
        pipelines: String, policy: String
    ) throws(YAMLError) -> ReleaseFiles {
        ReleaseFiles(
            try read("\(pipelines)/monitor", as: "monitor") + read("\(pipelines)/area", as: "area")
                + read("\(pipelines)/casework", as: "casework") + read(policy, as: "policy"))
    }

    /// Reads a folder of rules about households alone.
    package static func read(rules folder: String) throws(YAMLError) -> ReleaseFiles {
        ReleaseFiles(try read(folder, as: "monitor"))
    }

    /// Reads a folder of rules about villages alone.
    package static func read(area folder: String) throws(YAMLError) -> ReleaseFiles {
        ReleaseFiles(try read(folder, as: "area"))
    }

    private static func read(_ folder: String, as name: String) throws(YAMLError) -> [File] {
        var files: [File] = []
        for file in FileBytes.names(in: folder)
        where file.hasSuffix(".yaml") && file != "pipeline.yaml" {
            let origin = folder.hasSuffix("/") ? folder + file : "\(folder)/\(file)"
            guard let bytes = FileBytes.read(origin) else {
                throw YAMLError(
                    file: origin, line: 0, column: 0, message: "expected a file that can be read")
            }
            files.append(
                File(
                    path: "\(name)/\(file)", text: String(decoding: bytes, as: UTF8.self),
                    origin: origin))
        }
        return files
    }

    /// The file, if it is there.
    package func file(_ path: String) -> File? {
        files.first { $0.path == path }
    }

    /// The file's YAML. Throws when it is not there or is no YAML.
    package func node(_ path: String) throws(YAMLError) -> YAMLNode {
        guard let file = file(path) else {
            throw YAMLError(
                file: path, line: 0, column: 0, message: "expected a file that can be read")
        }
        return try YAMLNode.parse(text: file.text, file: file.origin)
    }
}

/// A release as it is published: with who published it and why (docs/FORMATS.md, "Rule releases").
package struct PublishedRelease: Sendable {
    package let files: ReleaseFiles
    package let by: String
    package let note: String

    /// A release to be published.
    package init(_ files: ReleaseFiles, by: String, note: String) {
        self.files = files
        self.by = by
        self.note = note
    }

    /// The record's value.
    package var value: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("release", files.address.description)
        json.field("by", by)
        json.field("note", note)
        json.name("files")
        json.beginArray()
        for file in files.files {
            json.beginObject()
            json.field("path", file.path)
            json.field("text", file.text)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    /// Reads a record's value. `nil` for what is no release, or one whose files are not those that
    /// its address names.
    package init?(_ value: UnsafeRawBufferPointer) {
        var reader = JSONReader()
        guard let root = try? reader.readObject(value),
            let name = root.text("release"), let by = root.text("by"),
            let note = root.text("note"), let list = root.field("files"), list.kind == .array
        else { return nil }
        var files: [ReleaseFiles.File] = []
        for item in list.fields {
            guard let path = item.text("path"), let text = item.text("text") else { return nil }
            files.append(
                ReleaseFiles.File(path: path, text: text, origin: "release \(name): \(path)"))
        }
        let found = ReleaseFiles(files)
        guard found.address.description == name else { return nil }
        self.init(found, by: by, note: note)
    }
}

extension JSONField {
    /// The text of a member; `nil` where there is none.
    func text(_ name: StaticString) -> String? {
        guard let field = field(name), field.kind == .string else { return nil }
        return field.textString
    }
}
