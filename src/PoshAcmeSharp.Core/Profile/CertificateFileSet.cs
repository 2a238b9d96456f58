namespace PoshAcmeSharp.Profile;

/// <summary>The files that belong to one certificate, as bytes. They replace the former ones together.</summary>
public sealed record CertificateFileSet
{
    /// <summary><c>cert.key</c>; null when the key is not ours because the user brought the request.</summary>
    public byte[]? Key { get; init; }

    /// <summary><c>keypass.json</c>; null when the key is not encrypted.</summary>
    public byte[]? KeyPassword { get; init; }

    /// <summary>Whether the key of an issuance that is under way stays: this set is not what that issuance gave.</summary>
    public bool KeepsPendingKey { get; init; }

    /// <summary><c>cert.cer</c>.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary><c>chain0.cer</c>, <c>chain1.cer</c> and so on.</summary>
    public required IReadOnlyList<byte[]> OfferedChains { get; init; }

    /// <summary><c>chain.cer</c>.</summary>
    public required byte[] Chain { get; init; }

    /// <summary><c>fullchain.cer</c>.</summary>
    public required byte[] FullChain { get; init; }

    /// <summary><c>cert.pfx</c>; null when there is no key, or none is wanted.</summary>
    public byte[]? Pfx { get; init; }

    /// <summary><c>fullchain.pfx</c>; null when there is no key, or none is wanted.</summary>
    public byte[]? PfxFullChain { get; init; }

    /// <summary><c>request.csr</c>; null leaves the file as it is.</summary>
    public byte[]? Request { get; init; }

    /// <summary>What is to be done after this certificate, <see cref="StoredHook"/>; null leaves the file as it is.</summary>
    public byte[]? PendingHook { get; init; }

    /// <summary>Names and contents in the order in which they are replaced.</summary>
    internal IEnumerable<KeyValuePair<string, byte[]>> Files()
        => new[]
        {
            new KeyValuePair<string, byte[]?>(StoredHook.FileName, PendingHook),
            new(OrderFileNames.Key, Key),
            new(OrderFileNames.KeyPassword, KeyPassword),
            new(OrderFileNames.Certificate, Certificate),
        }
        .Concat(OfferedChains.Select((chain, i) => new KeyValuePair<string, byte[]?>(OrderFileNames.OfferedChain(i), chain)))
        .Concat(
        [
            new(OrderFileNames.Chain, Chain),
            new(OrderFileNames.FullChain, FullChain),
            new(OrderFileNames.Pfx, Pfx),
            new(OrderFileNames.PfxFullChain, PfxFullChain),
            new(OrderFileNames.Request, Request),
        ])
        .Where(file => file.Value is not null)!;
}
