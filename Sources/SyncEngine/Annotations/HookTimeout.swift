import KubeCore

/// How long a hook may run (D6).
enum HookTimeout {
    static let standard = Duration.seconds(3600)

    static func read(_ object: KubeObject) -> (timeout: Duration, unknown: [UnknownValue]) {
        guard let text = object.annotation(AnnotationKey.hookTimeout) else { return (standard, []) }
        guard let timeout = GoDuration.parse(text), timeout > .zero else {
            let expected = "a duration such as 90s, 10m or 1h30m"
            return (
                standard,
                [UnknownValue(annotation: AnnotationKey.hookTimeout, value: text, expected: expected)]
            )
        }
        return (timeout, [])
    }
}
