namespace GoDaddyStub;

/// <summary>One record of a zone.</summary>
/// <param name="Id">The id of version 3; holds characters that must be percent-encoded.</param>
/// <param name="Zone">The zone.</param>
/// <param name="Type">Such as TXT.</param>
/// <param name="Name">The name within the zone, <c>@</c> for the zone itself.</param>
/// <param name="Data">The value.</param>
/// <param name="Ttl">Seconds.</param>
public sealed record StubRecord(string Id, string Zone, string Type, string Name, string Data, int Ttl);

/// <summary>One request as it came.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query as sent.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Body">The body, or null.</param>
/// <param name="UserAgent">The User-Agent header.</param>
public sealed record StubRequest(string Method, string Path, int Status, string? Body, string UserAgent);
