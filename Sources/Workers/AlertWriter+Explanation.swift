import Households
import JSON
import Rules

extension AlertWriter {
    /// Why the alert is open (formats, section 7, `explanation`).
    func writeExplanation(_ json: inout JSONWriter) {
        let explanation = asking.explanation(
            Clearing.Alert(
                rule: rule, openedOn: episode.openedOn, subject: episode.subject,
                clearSince: episode.clearSince))
        json.name("explanation")
        json.beginObject()
        json.field("condition", zh: explanation.condition.zh, en: explanation.condition.en)
        if let clear = explanation.clear { json.field("clear", zh: clear.zh, en: clear.en) }
        json.field("clearDays", explanation.clearDays)
        json.field("source", explanation.source)
        if let event = explanation.event { json.field("event", event.description) }
        if let answer = explanation.withoutEvent { json.field("withoutEvent", answer.rawValue) }
        json.name("figures")
        json.beginArray()
        for figure in explanation.figures { write(figure, &json) }
        json.endArray()
        json.name("thresholds")
        json.beginArray()
        for threshold in explanation.thresholds { write(threshold, &json) }
        json.endArray()
        json.name("gaps")
        json.beginArray()
        for gap in explanation.gaps {
            json.beginObject()
            json.field("what", gap.what)
            if let days = gap.ageDays { json.field("ageDays", days) }
            json.field("old", gap.isOld)
            json.endObject()
        }
        json.endArray()
        json.name("remedies")
        json.beginArray()
        for remedy in explanation.remedies { write(remedy, &json) }
        json.endArray()
        json.endObject()
    }

    private func write(_ figure: Explanation.Figure, _ json: inout JSONWriter) {
        json.beginObject()
        json.field("name", figure.name)
        json.field("words", zh: figure.words.zh, en: figure.words.en)
        json.field("unit", figure.unit)
        if let value = figure.value { json.field("value", value) }
        if let without = figure.without { json.field("without", without) }
        json.endObject()
    }

    private func write(_ threshold: Explanation.Threshold, _ json: inout JSONWriter) {
        json.beginObject()
        json.field("name", threshold.name)
        json.field("value", threshold.value)
        json.field("unit", threshold.unit)
        json.field("from", threshold.division?.description ?? "nation")
        if let since = threshold.since { json.field("since", since.description) }
        if let year = threshold.year { json.field("year", year) }
        if threshold.isProvisional { json.field("provisional", true) }
        if threshold.isDefault { json.field("default", true) }
        json.endObject()
    }

    private func write(_ remedy: Remedy, _ json: inout JSONWriter) {
        json.beginObject()
        json.field("change", remedy.change.name)
        if case .records(let kinds) = remedy.change {
            json.strings("records", kinds.map(\.name))
        }
        if let fen = remedy.change.amountFen { json.field("amountFen", fen) }
        json.field("days", remedy.days)
        json.endObject()
    }
}
