/// A text in both languages of the project.
package struct LocalText: Equatable, Sendable {
    package let zh: String
    package let en: String

    package init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    /// The text with `{name}` replaced in both languages.
    package func replacing(_ name: String, zh newZh: String, en newEn: String) -> LocalText {
        LocalText(
            zh: LocalText.replace("{\(name)}", in: zh, by: newZh),
            en: LocalText.replace("{\(name)}", in: en, by: newEn))
    }

    private static func replace(_ mark: String, in text: String, by new: String) -> String {
        let mark = Array(mark.utf8)
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < source.count {
            if source[index...].starts(with: mark) {
                result.append(contentsOf: new.utf8)
                index += mark.count
            } else {
                result.append(source[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
