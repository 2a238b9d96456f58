using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Gives nonces out and takes each of them once (RFC 8555 section 6.5).</summary>
internal sealed class NonceStore
{
    private readonly ConcurrentDictionary<string, bool> unused = new();

    /// <summary>Makes a nonce.</summary>
    /// <returns>Base64url.</returns>
    public string Create()
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        unused[nonce] = true;
        return nonce;
    }

    /// <summary>Takes a nonce.</summary>
    /// <param name="nonce">What the client sent.</param>
    /// <returns>Whether it was given out and not used yet.</returns>
    public bool Take(string? nonce) => nonce is not null && unused.TryRemove(nonce, out _);
}
