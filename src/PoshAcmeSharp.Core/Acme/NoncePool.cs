using System.Collections.Concurrent;

namespace PoshAcmeSharp.Acme;

/// <summary>
/// Anti-replay nonces (RFC 8555 section 6.5): every response puts one in, every signed request takes one out, and no
/// two requests ever share one. The freshest goes first: the older a nonce, the likelier the server has forgotten it.
/// </summary>
internal sealed class NoncePool
{
    private const int Capacity = 64;

    private readonly ConcurrentStack<string> _nonces = new();

    public void Add(string? nonce)
    {
        // A nonce is base64url (RFC 8555 section 6.5.1); anything else would be refused.
        if (!string.IsNullOrEmpty(nonce) && nonce!.Length <= 1024 && _nonces.Count < Capacity)
        {
            _nonces.Push(nonce);
        }
    }

    public string? Take() => _nonces.TryPop(out var nonce) ? nonce : null;

    /// <summary>Forgets all: the server has restarted or refuses what it gave.</summary>
    public void Clear() => _nonces.Clear();
}
