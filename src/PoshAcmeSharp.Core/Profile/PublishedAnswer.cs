namespace PoshAcmeSharp.Profile;

/// <summary>One challenge answer that is, or may be, out in the world. None of its parts is secret.</summary>
/// <param name="Plugin">Who published it.</param>
/// <param name="Name">The TXT record, or the name whose web server answers.</param>
/// <param name="Token">The token of http-01; null for a TXT record.</param>
/// <param name="Value">The value of the record, or the key authorization.</param>
/// <param name="Arguments">Whose arguments the plugin had: a name, or <c>*.</c> and a zone; null for those of all names.</param>
internal sealed record PublishedAnswer(string Plugin, string Name, string? Token, string Value, string? Arguments = null);
