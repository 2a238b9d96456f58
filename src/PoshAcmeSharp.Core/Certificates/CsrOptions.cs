namespace PoshAcmeSharp.Certificates;

/// <summary>What a certificate signing request asks for.</summary>
public sealed record CsrOptions
{
    /// <summary>DNS names and IP addresses; the first one is the main name.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>
    /// A subject as text, such as <c>CN=example.com,O=Example,C=DE</c>. Null or empty: the main name as CN if it has at most
    /// 64 characters and is not an IP address, else an empty subject.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>Whether the certificate shall oblige servers to staple an OCSP response (RFC 7633).</summary>
    public bool MustStaple { get; init; }
}
