using Microsoft.AspNetCore.Http;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>What a fault has at hand.</summary>
/// <param name="request">The request.</param>
/// <param name="http">Its connection.</param>
/// <param name="process">The honest server.</param>
/// <param name="freshNonce">Makes a nonce that the server will take.</param>
public sealed class FaultContext(AcmeRequest request, HttpContext http, Func<AcmeResponse> process, Func<string> freshNonce)
{
    /// <summary>The request.</summary>
    public AcmeRequest Request { get; } = request;

    /// <summary>The HTTP connection, for faults that write to it themselves.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>Ends when the client has gone or the server stops.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Lets the request take effect.</summary>
    /// <returns>The honest answer, which the fault may change.</returns>
    public AcmeResponse Process() => process();

    /// <summary>Makes a nonce that the server will take.</summary>
    /// <returns>The nonce.</returns>
    public string FreshNonce() => freshNonce();
}
