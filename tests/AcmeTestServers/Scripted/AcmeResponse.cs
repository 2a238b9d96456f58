using System.Text;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>An answer before it is written, so that faults can change it.</summary>
public sealed class AcmeResponse
{
    private const string JsonType = "application/json";

    /// <summary>The HTTP status.</summary>
    public int Status { get; set; } = 200;

    /// <summary>The content type, or null.</summary>
    public string? ContentType { get; set; } = JsonType;

    /// <summary>The body.</summary>
    public byte[] Body { get; set; } = [];

    /// <summary>The headers beside those of the body; one name may come several times.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>The body as text.</summary>
    public string Text
    {
        get => Encoding.UTF8.GetString(Body);
        set => Body = Encoding.UTF8.GetBytes(value);
    }

    /// <summary>An answer with JSON.</summary>
    public static AcmeResponse Json(JsonNode json, int status = 200, string? location = null)
    {
        var response = new AcmeResponse { Status = status, Text = json.ToJsonString() };
        return location is null ? response : response.With("Location", location);
    }

    /// <summary>An answer with a problem document.</summary>
    public static AcmeResponse Problem(ProblemDocument problem)
    {
        var response = new AcmeResponse { Status = problem.Status, ContentType = "application/problem+json", Text = problem.ToJson().ToJsonString() };
        return response.With("Retry-After", problem.RetryAfter);
    }

    /// <summary>An answer without a body.</summary>
    public static AcmeResponse Empty(int status) => new() { Status = status, ContentType = null };

    /// <summary>Adds a header; null adds nothing.</summary>
    public AcmeResponse With(string name, string? value)
    {
        if (value is not null)
        {
            Headers.Add((name, value));
        }

        return this;
    }

    /// <summary>Takes a header away.</summary>
    public AcmeResponse Without(string name)
    {
        Headers.RemoveAll(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return this;
    }
}
