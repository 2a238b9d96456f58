using System.Collections.Concurrent;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Acme;

/// <summary>
/// Anti-replay nonces (RFC 8555 section 6.5): every response puts one in, every signed request takes one out, and no
/// two requests ever share one. The freshest goes first: the older a nonce, the likelier the server has forgotten it.
/// </summary>
internal sealed class NoncePool
{
    private const int Capacity = 64;
    private const int MaxLength = 1024;

    private readonly ConcurrentStack<string> _nonces = new();

    /// <summary>A nonce as it may be sent, or null: what is not base64url must be passed over (RFC 8555 section 6.5.1).</summary>
    public static string? Read(string? header)
        => header is { Length: > 0 and <= MaxLength } && header.All(Base64Url.IsDigit) ? header : null;

    public void Add(string? nonce)
    {
        if (nonce is not null && _nonces.Count < Capacity)
        {
            _nonces.Push(nonce);
        }
    }

    public string? Take() => _nonces.TryPop(out var nonce) ? nonce : null;

    /// <summary>Forgets all: the server has restarted or refuses what it gave.</summary>
    public void Clear() => _nonces.Clear();
}
