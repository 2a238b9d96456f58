using System.Globalization;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>What the server knows, and how its URLs are made. Handlers hold <see cref="Gate"/> while they work.</summary>
internal sealed class ScriptedAcmeState(ScriptedAcmeOptions options, string baseUrl) : IDisposable
{
    private readonly TestCertificateAuthority[] alternates = [new("Scripted Alternate Root 1"), new("Scripted Alternate Root 2")];

    public Lock Gate { get; } = new();

    public ScriptedAcmeOptions Options { get; } = options;

    public TestCertificateAuthority Authority { get; } = new("Scripted Root", intermediateCount: 1);

    public List<ScriptedAccount> Accounts { get; } = [];

    public List<ScriptedOrder> Orders { get; } = [];

    public List<ScriptedAuthorization> Authorizations { get; } = [];

    public List<ScriptedCertificate> Certificates { get; } = [];

    public DateTimeOffset Now => DateTimeOffset.UtcNow + Options.ClockOffset;

    public string DirectoryUrl => baseUrl + "/directory";

    public IReadOnlyList<TestCertificateAuthority> Alternates => alternates;

    /// <summary>The URL of a resource, or of an endpoint when there is no id.</summary>
    public string Url(AcmeOperation operation, string id = "")
        => $"{baseUrl}{Options.PathPrefix}/{Segment(operation)}{(id.Length == 0 ? "" : "/" + id)}";

    /// <summary>A date as answers have it (RFC 3339).</summary>
    public static string Date(DateTimeOffset date) => date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Takes a path apart.</summary>
    public (AcmeOperation Operation, string Id) Route(string path)
    {
        if (path == "/directory")
        {
            return (AcmeOperation.Directory, string.Empty);
        }

        if (!path.StartsWith(Options.PathPrefix + "/", StringComparison.Ordinal))
        {
            return (AcmeOperation.Unknown, string.Empty);
        }

        var parts = path[(Options.PathPrefix.Length + 1)..].Split('/', 2);
        var operation = Enum.GetValues<AcmeOperation>().FirstOrDefault(o => o > AcmeOperation.Directory && Segment(o) == parts[0]);
        return (operation, parts.Length > 1 ? parts[1] : string.Empty);
    }

    public void Dispose()
    {
        Authority.Dispose();
        Array.ForEach(alternates, a => a.Dispose());
    }

    private static string Segment(AcmeOperation operation)
    {
        var name = operation.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
