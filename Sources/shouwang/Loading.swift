import Households
import Workers

/// Reads what a county runs, with the folders and the key that the configuration names.
enum Loading {
    /// The key of the pseudonyms, from its file or from the environment. There is no default:
    /// whoever has the key can find people.
    static func key(_ configuration: Configuration) throws(CommandError) -> PseudonymKey {
        let bytes: [UInt8]
        if let path = configuration.text("pseudonyms.keyFile") {
            guard let read = FileBytes.read(path) else {
                throw .failed("\(path), the key of the pseudonyms, cannot be read")
            }
            bytes = read
        } else if let text = configuration.text("pseudonyms.key") {
            bytes = Array(text.utf8)
        } else {
            throw .failed(
                "the key of the pseudonyms is not set: --key-file FILE, or "
                    + "SHOUWANG_PSEUDONYMS_KEY_FILE, or SHOUWANG_PSEUDONYMS_KEY")
        }
        guard let key = PseudonymKey(bytes) else {
            throw .failed(
                "the key of the pseudonyms is too short: at least "
                    + "\(PseudonymKey.minimumLength) bytes")
        }
        return key
    }

    /// For where no feed is read: numbers are only replaced in what departments send.
    static let keyOfNobody = PseudonymKey(Array("for where no feed is read".utf8))!

    /// Policy, rules and pipelines; `key` stands in where none is needed.
    static func county(
        _ configuration: Configuration, key: PseudonymKey? = nil
    ) throws -> County {
        try County(
            pipelines: try configuration.required("folders.pipelines"),
            policy: try configuration.required("folders.policy"),
            key: try key ?? Loading.key(configuration))
    }
}
