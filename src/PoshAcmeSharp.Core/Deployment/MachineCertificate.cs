namespace PoshAcmeSharp.Deployment;

/// <summary>A certificate in a store of the system.</summary>
/// <param name="Thumbprint">Its SHA-1 hash in upper-case hex.</param>
/// <param name="Names">The names in it.</param>
/// <param name="HasPrivateKey">Whether its key is there too.</param>
/// <param name="IsSelfSigned">Whether nobody else has signed it.</param>
/// <param name="NotAfter">Its last moment, UTC.</param>
public sealed record MachineCertificate(string Thumbprint, IReadOnlyList<string> Names, bool HasPrivateKey, bool IsSelfSigned, DateTimeOffset NotAfter);
