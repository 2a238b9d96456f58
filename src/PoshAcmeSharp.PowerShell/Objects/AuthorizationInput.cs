using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>
/// Reads an authorization that a script passes: one from Get-PAAuthorization, one that went through a job or JSON, or
/// any object with these properties.
/// </summary>
internal sealed class AuthorizationInput
{
    /// <summary>The property by which a Publish- command tells what it has published to the commands behind it.</summary>
    private const string PublishedProperty = "PublishedChallenge";

    private AuthorizationInput(PSObject source, string dnsId)
    {
        Source = source;
        DnsId = dnsId;
    }

    /// <summary>The object as it came.</summary>
    public PSObject Source { get; }

    /// <summary>The name without <c>*.</c>.</summary>
    public string DnsId { get; }

    /// <summary>The name as it stands in the order.</summary>
    public string Fqdn => PSObjects.GetString(Source, "fqdn") ?? DnsId;

    /// <summary>The name of its TXT record.</summary>
    public string RecordName => DnsChallengeRecord.NameFor(DnsId, null, null);

    /// <summary>The status, such as <c>pending</c>, or null.</summary>
    public string? Status => PSObjects.GetString(Source, "status");

    /// <summary>The type of challenge that was published for it, or null.</summary>
    public string? Published => PSObjects.GetString(Source, PublishedProperty);

    /// <summary>Reads an authorization.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidAuthorization</c>: the object is none.</exception>
    public static AuthorizationInput Read(object given)
        => TryRead(given) ?? throw new PoshAcmeException(
            "InvalidAuthorization",
            ErrorKind.InvalidArgument,
            $"The object of type '{PSObject.AsPSObject(given).TypeNames.FirstOrDefault()}' is not an authorization: it has no name in DNSId or identifier.",
            "Pipe authorizations from Get-PAAuthorization.");

    /// <summary>Reads an authorization, or tells that the object is none.</summary>
    public static AuthorizationInput? TryRead(object given)
    {
        var name = PSObjects.GetString(given, "DNSId")
            ?? (PSObjects.Get(given, "identifier") is { } identifier ? PSObjects.GetString(identifier, "value") : null);
        return name is null ? null : new AuthorizationInput(PSObject.AsPSObject(given), name);
    }

    /// <summary>The token of a challenge type.</summary>
    /// <exception cref="PoshAcmeException"><c>ChallengeNotOffered</c>: the authorization has no such challenge.</exception>
    public string RequireToken(string type)
        => FindToken(type) ?? throw new PoshAcmeException(
            "ChallengeNotOffered",
            ErrorKind.InvalidOperation,
            $"The CA offers no {type} challenge for {Fqdn}.",
            Fqdn.StartsWith("*.", StringComparison.Ordinal) ? "A wildcard is validated by DNS: publish a TXT record for it." : "Use a type that the CA offers.");

    /// <summary>The token of a challenge type, or null.</summary>
    public string? FindToken(string type) => Find(type, "Token", "token");

    /// <summary>The URL of a challenge type, or null.</summary>
    public string? Url(string type) => Find(type, "Url", "url");

    /// <summary>The challenge types that it offers.</summary>
    public IReadOnlyList<string> OfferedTypes()
        => [.. Challenges().Select(c => PSObjects.GetString(c, "type")).OfType<string>()];

    /// <summary>Notes what has been published for it, for the commands behind.</summary>
    public void MarkPublished(string type) => PSObjects.Set(Source, PublishedProperty, type);

    private string? Find(string type, string surfaceSuffix, string member)
    {
        var prefix = type switch
        {
            ChallengeType.Dns01 => "DNS01",
            ChallengeType.Http01 => "HTTP01",
            ChallengeType.TlsAlpn01 => "TLSALPN01",
            _ => null,
        };
        return (prefix is null ? null : PSObjects.GetString(Source, prefix + surfaceSuffix))
            ?? Challenges().Where(c => PSObjects.GetString(c, "type") == type).Select(c => PSObjects.GetString(c, member)).FirstOrDefault();
    }

    private IEnumerable<object> Challenges()
        => PSObjects.Get(Source, "challenges") switch
        {
            null => [],
            string => [],
            IEnumerable many => many.Cast<object>(),
            var one => [one],
        };
}
