/// The languages everything an officer reads is in.
package enum Language: String, CaseIterable, Sendable {
    case zh, en
}

extension Sentence {
    /// The sentence in a language.
    package func text(_ language: Language) -> String { language == .zh ? zh : en }
}
