namespace GoDaddyStub;

/// <summary>What the stub answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Json">What becomes the body, or null for none.</param>
internal sealed record Answer(int Status, object? Json = null)
{
    /// <summary>An error in the shape of versions 1 and 2.</summary>
    internal static Answer Error(int status, string code, string message, params object[] fields)
        => new(status, fields.Length == 0 ? new { code, message } : new { code, fields, message });

    /// <summary>An error in the shape of version 3, which calls the code a name.</summary>
    internal static Answer ErrorV3(int status, string name, string message) => new(status, new { name, message });
}
