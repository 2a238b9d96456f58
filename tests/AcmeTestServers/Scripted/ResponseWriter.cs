using Microsoft.AspNetCore.Http;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Writes answers to their connection.</summary>
internal static class ResponseWriter
{
    /// <summary>Writes status and headers.</summary>
    /// <param name="http">The connection.</param>
    /// <param name="response">The answer.</param>
    /// <param name="contentLength">What Content-Length says; null sends chunks.</param>
    /// <returns>A task that ends when they are on their way.</returns>
    public static async Task StartAsync(HttpContext http, AcmeResponse response, long? contentLength)
    {
        http.Response.StatusCode = response.Status;
        http.Response.ContentType = response.ContentType;
        http.Response.ContentLength = contentLength;
        foreach (var (name, value) in response.Headers)
        {
            http.Response.Headers.Append(name, value);
        }

        await http.Response.StartAsync(http.RequestAborted);
    }

    /// <summary>Writes a whole answer.</summary>
    /// <param name="http">The connection.</param>
    /// <param name="response">The answer.</param>
    /// <returns>A task that ends when it is on its way.</returns>
    public static async Task WriteAsync(HttpContext http, AcmeResponse response)
    {
        var hasBody = response.Status is not (204 or 304);
        await StartAsync(http, response, hasBody ? response.Body.Length : null);
        if (hasBody && !HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(response.Body, http.RequestAborted);
        }
    }
}
