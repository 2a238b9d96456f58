using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>One request that came, and what became of it.</summary>
public sealed class AcmeRequest
{
    internal AcmeRequest(string method, string url, string path, AcmeOperation operation, string id, IReadOnlyDictionary<string, string> headers, string body)
    {
        Method = method;
        Url = url;
        Path = path;
        Operation = operation;
        Id = id;
        Headers = headers;
        Body = body;
        try
        {
            Jws = method == "POST" ? Jws.Read(body) : null;
        }
        catch (AcmeRefusalException e)
        {
            JwsError = e;
        }
    }

    /// <summary>1 for the first request.</summary>
    public int Number { get; internal set; }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The whole URL.</summary>
    public string Url { get; }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>What it asks for.</summary>
    public AcmeOperation Operation { get; }

    /// <summary>The last part of the path: which account, order and so on.</summary>
    public string Id { get; }

    /// <summary>The headers; names in any case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body as it came.</summary>
    public string Body { get; }

    /// <summary>The JWS of a POST, not verified; null when there is none.</summary>
    public Jws? Jws { get; }

    /// <summary>The payload of the JWS as JSON; null for POST-as-GET and where there is none.</summary>
    public JsonObject? Payload => Jws is { Payload.Length: > 0 } ? Jws.PayloadObject : null;

    /// <summary>The status of the answer; 0 while there is none and for a connection that was reset.</summary>
    public int Status { get; internal set; }

    /// <summary>Whether the request took effect (or was refused by the server's rules, not by a fault).</summary>
    public bool WasProcessed { get; internal set; }

    /// <summary>The name of the fault that was played, or null.</summary>
    public string? Fault { get; internal set; }

    internal AcmeRefusalException? JwsError { get; }

    internal long Started { get; } = Stopwatch.GetTimestamp();

    internal long Ended { get; set; } = long.MaxValue;

    /// <summary>One line for the message of a failed test.</summary>
    /// <returns>Method, path, fault and status.</returns>
    public override string ToString() => $"{Number} {Method} {Path}{(Fault is null ? "" : $" [{Fault}]")} {Status}";
}
