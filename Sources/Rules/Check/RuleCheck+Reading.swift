import Expressions
import YAML

extension RuleCheck {
    /// Reads one file rule by rule, so that a mistake in one leaves the others to be checked. `take`
    /// reads one and keeps it.
    mutating func read(
        _ file: YAMLNode, _ take: (YAMLNode, inout RuleCheck) throws -> Void
    ) {
        let nodes: [YAMLNode]
        do throws(YAMLError) {
            var root = try file.mapping()
            nodes = try root.required("rules").sequence()
            try root.finish()
        } catch {
            return report(Finding(error))
        }
        for node in nodes {
            let id = RuleCheck.text(of: "id", in: node)
            if let id { ids.append(id) }
            // Without its sentences a rule cannot be read.
            guard checkTranslations(node, id) else { continue }
            do {
                try take(node, &self)
            } catch let error as CompileError {
                for diagnostic in error.diagnostics { report(Finding(diagnostic, of: id)) }
            } catch let error as YAMLError {
                report(Finding(error, of: id))
            } catch {
                report(Finding(node.error("\(error)"), of: id))
            }
        }
    }

    // MARK: Translations

    /// Whether the rule has its sentence in both languages; reports what is missing.
    private mutating func checkTranslations(_ node: YAMLNode, _ id: String?) -> Bool {
        guard let text = RuleCheck.child("text", of: node) else {
            missing("zh", "en", id, Finding.Place(node))
            return false
        }
        let zh = RuleCheck.text(of: "zh", in: text)
        let en = RuleCheck.text(of: "en", in: text)
        let absent = [("zh", zh), ("en", en)].filter { $0.1?.isEmpty ?? true }.map(\.0)
        if !absent.isEmpty {
            missing(absent[0], absent.count > 1 ? absent[1] : nil, id, Finding.Place(text))
            return false
        }
        guard let zh, let en else { return false }
        checkLanguages(zh, en, id, text)
        return true
    }

    private mutating func missing(
        _ first: String, _ second: String?, _ id: String?, _ place: Finding.Place
    ) {
        let keys = second.map { "\(first)、\($0)" } ?? first
        let said = second.map { "\(first) and \($0)" } ?? first
        report(
            .error, .translation, id, place,
            Sentence(zh: "text 缺少 \(keys)。", en: "'text' has no \(said)."),
            do: Sentence(
                zh: "写上干部看得懂、能照着做的一句话，中文（zh）和英文（en）各一句。",
                en: "Write one sentence an officer can act on, in Chinese (zh) and English (en)."))
    }

    private mutating func checkLanguages(
        _ zh: String, _ en: String, _ id: String?, _ text: YAMLNode
    ) {
        for (key, sentence, isChinese) in [("zh", zh, true), ("en", en, false)]
        where RuleCheck.hasHan(sentence) != isChinese {
            let place = RuleCheck.child(key, of: text).map { Finding.Place($0) }
            report(
                .error, .translation, id, place ?? Finding.Place(text),
                isChinese
                    ? Sentence(zh: "zh 不是中文。", en: "'zh' is not Chinese.")
                    : Sentence(zh: "en 里有汉字。", en: "'en' has Chinese characters."),
                do: Sentence(zh: "翻译这句话。", en: "Translate the sentence."))
        }
        let said = [zh, en].map { Set($0.matches(of: /\{[^}]*\}/).map { String($0.output) }) }
        for (key, one, other) in [("en", said[0], said[1]), ("zh", said[1], said[0])] {
            guard let first = one.subtracting(other).min() else { continue }
            report(
                .warning, .translation, id,
                RuleCheck.child(key, of: text).map { Finding.Place($0) } ?? Finding.Place(text),
                Sentence(
                    zh: "\(key) 没有说到另一种语言说的“\(first)”。",
                    en: "'\(key)' leaves out '\(first)', which the other language says."),
                do: Sentence(
                    zh: "两句话说同样的数字。", en: "Let both sentences say the same figures."))
        }
    }

    private static func hasHan(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }

    // MARK: Nodes

    /// The value of a key, whatever else there is.
    static func child(_ key: String, of node: YAMLNode) -> YAMLNode? {
        guard case .mapping(let entries) = node.kind else { return nil }
        return entries.first { entry in
            if case .scalar(key, _) = entry.key.kind { return true }
            return false
        }?.value
    }

    static func text(of key: String, in node: YAMLNode) -> String? {
        guard let child = child(key, of: node) else { return nil }
        return try? child.string()
    }

    static func items(of key: String, in node: YAMLNode) -> [YAMLNode] {
        guard let child = child(key, of: node), case .sequence(let items) = child.kind else {
            return []
        }
        return items
    }
}
