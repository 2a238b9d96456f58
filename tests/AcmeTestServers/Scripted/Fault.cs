using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// Something that goes wrong with one request. A fault decides whether the request takes effect, and what is answered.
/// </summary>
/// <param name="Name">What it is called in the history.</param>
/// <param name="PlayAsync">Returns the answer, or null when it has dealt with the connection itself.</param>
public sealed record Fault(string Name, Func<FaultContext, Task<AcmeResponse?>> PlayAsync)
{
    private const int ChunkSize = 64 * 1024;
    private const string Html = "text/html";

    /// <summary>The nonce is refused; the answer has a fresh one.</summary>
    public static Fault BadNonce()
        => Instead(nameof(BadNonce), c => AcmeResponse.Problem(NonceProblem).With("Replay-Nonce", c.FreshNonce()));

    /// <summary>The nonce is refused, and the answer has none.</summary>
    public static Fault BadNonceWithoutFreshNonce() => Instead(nameof(BadNonceWithoutFreshNonce), _ => AcmeResponse.Problem(NonceProblem));

    /// <summary>The request takes effect, and the answer has no nonce.</summary>
    public static Fault NoReplayNonce() => Changed(nameof(NoReplayNonce), r => r.Without("Replay-Nonce"));

    /// <summary>A status without a body, such as 503 from a proxy.</summary>
    /// <param name="status">The status.</param>
    /// <param name="retryAfter">Retry-After in whatever form: seconds, a date, garbage.</param>
    public static Fault Status(int status, string? retryAfter = null)
        => Instead(nameof(Status) + status, _ => AcmeResponse.Empty(status).With("Retry-After", retryAfter));

    /// <summary>A problem document.</summary>
    public static Fault Problem(ProblemDocument problem)
        => Instead(problem.Type, c => AcmeResponse.Problem(problem).With("Replay-Nonce", c.FreshNonce()));

    /// <summary>A rate limit, with the time when it ends in Retry-After.</summary>
    public static Fault RateLimited(string? retryAfter)
        => Problem(new ProblemDocument(429, "rateLimited", "too many certificates (5) already issued for this exact set of identifiers in the last 168h") { RetryAfter = retryAfter });

    /// <summary>An account that the CA has paused: rateLimited, with a URL to act on in its text and no time.</summary>
    public static Fault Paused(string url)
        => Problem(new ProblemDocument(429, "rateLimited", $"Your account is temporarily prevented from requesting certificates for some of these names. Please visit: {url}"));

    /// <summary>Any answer in place of the honest one.</summary>
    public static Fault Answer(int status, string body, string? contentType)
        => Instead(nameof(Answer), _ => new AcmeResponse { Status = status, Text = body, ContentType = contentType });

    /// <summary>The HTML page of a proxy.</summary>
    public static Fault HtmlPage(int status = 502) => Answer(status, $"<html><head><title>{status}</title></head><body><h1>Bad Gateway</h1></body></html>", Html);

    /// <summary>A redirect; the request does not take effect.</summary>
    public static Fault Redirect(string location, int status = 307)
        => Instead(nameof(Redirect), _ => AcmeResponse.Empty(status).With("Location", location));

    /// <summary>The connection is reset before the request takes effect.</summary>
    public static Fault ResetBeforeProcessing() => new(nameof(ResetBeforeProcessing), c => Abort(c.Http));

    /// <summary>The request takes effect; then the connection is reset.</summary>
    public static Fault ResetAfterProcessing() => new(nameof(ResetAfterProcessing), c =>
    {
        c.Process();
        return Abort(c.Http);
    });

    /// <summary>The request takes effect; half of the answer's body comes, then the connection is reset.</summary>
    public static Fault ResetInBody() => new(nameof(ResetInBody), async c =>
    {
        var response = c.Process();
        await ResponseWriter.StartAsync(c.Http, response, response.Body.Length);
        await c.Http.Response.Body.WriteAsync(response.Body.AsMemory(0, response.Body.Length / 2));
        await c.Http.Response.Body.FlushAsync();
        return await Abort(c.Http);
    });

    /// <summary>The request takes effect; the JSON ends in the middle, though the connection is well.</summary>
    public static Fault TruncatedJson() => Changed(nameof(TruncatedJson), r => r.Body = r.Body[..(r.Body.Length / 2)]);

    /// <summary>The request takes effect; the answer claims to be something else.</summary>
    public static Fault WrongContentType(string? contentType = Html) => Changed(nameof(WrongContentType), r => r.ContentType = contentType);

    /// <summary>The request takes effect; the JSON of the answer is changed.</summary>
    public static Fault Edit(Action<JsonObject> edit) => Changed(nameof(Edit), r =>
    {
        var json = (JsonObject)JsonNode.Parse(r.Text)!;
        edit(json);
        r.Text = json.ToJsonString();
    });

    /// <summary>The request takes effect; the answer is changed.</summary>
    public static Fault Changed(string name, Action<AcmeResponse> change) => new(name, c =>
    {
        var response = c.Process();
        change(response);
        return Task.FromResult<AcmeResponse?>(response);
    });

    /// <summary>The request takes effect; the answer comes later.</summary>
    public static Fault Delay(TimeSpan delay) => new(nameof(Delay), async c =>
    {
        await Task.Delay(delay, c.Aborted);
        return c.Process();
    });

    /// <summary>The request takes effect; the answer never comes.</summary>
    public static Fault Hang() => new(nameof(Hang), async c =>
    {
        c.Process();
        await Task.Delay(Timeout.Infinite, c.Aborted);
        return null;
    });

    /// <summary>The request takes effect; the body comes byte by byte, and never ends.</summary>
    public static Fault SlowDrip(TimeSpan interval) => new(nameof(SlowDrip), async c =>
    {
        var response = c.Process();
        await ResponseWriter.StartAsync(c.Http, response, contentLength: null);
        while (true)
        {
            await c.Http.Response.Body.WriteAsync(" "u8.ToArray(), c.Aborted);
            await c.Http.Response.Body.FlushAsync(c.Aborted);
            await Task.Delay(interval, c.Aborted);
        }
    });

    /// <summary>The request takes effect; the body is JSON of this many bytes.</summary>
    /// <param name="size">The number of bytes.</param>
    /// <param name="declared">Whether Content-Length says so; else it comes in chunks.</param>
    public static Fault Oversized(long size, bool declared = true) => new(nameof(Oversized), async c =>
    {
        var response = c.Process();
        await ResponseWriter.StartAsync(c.Http, response, declared ? size : null);
        await WritePaddingAsync(c.Http.Response.Body, size, c.Aborted);
        return null;
    });

    /// <summary>The request takes effect; the body is small, and this many bytes when it is unpacked.</summary>
    public static Fault GzipBomb(long size) => new(nameof(GzipBomb), async c =>
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await WritePaddingAsync(gzip, size, c.Aborted);
        }

        var response = c.Process();
        response.Body = packed.ToArray();
        return response.With("Content-Encoding", "gzip");
    });

    private static ProblemDocument NonceProblem => new(400, "badNonce", "JWS has an invalid anti-replay nonce");

    private static Fault Instead(string name, Func<FaultContext, AcmeResponse> answer) => new(name, c => Task.FromResult<AcmeResponse?>(answer(c)));

    private static Task<AcmeResponse?> Abort(HttpContext http)
    {
        http.Abort();
        return Task.FromResult<AcmeResponse?>(null);
    }

    private static async Task WritePaddingAsync(Stream stream, long size, CancellationToken cancellationToken)
    {
        const string start = "{\"padding\":\"";
        const string end = "\"}";
        var chunk = Encoding.ASCII.GetBytes(new string('x', ChunkSize));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start), cancellationToken);
        for (var left = size - start.Length - end.Length; left > 0; left -= ChunkSize)
        {
            await stream.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, ChunkSize)), cancellationToken);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(end), cancellationToken);
    }
}
